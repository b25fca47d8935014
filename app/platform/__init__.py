"""What differs between computers: folders, logs, signals, the terminal, the start at login.

It knows nothing about positions.
"""
