"""What differs between computers: folders, logs, signals, the terminal, how the system starts it.

It knows nothing about positions.
"""
