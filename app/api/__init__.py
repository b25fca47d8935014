"""The HTTP API for other programs of this computer, on 127.0.0.1 only.

It asks the sync service and the store what the commands ask, and answers with the same JSON. It
draws nothing and decides nothing about positions. Only what is needed while the API is off is
imported before it is on: host.py and api_token.py.
"""
