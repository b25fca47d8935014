"""The JSON that other programs rely on: of the commands, of the HTTP API and of the events.

It makes rows and texts of values. It reads and prints nothing.
"""
