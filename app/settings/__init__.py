"""The settings: which there are, their valid values, and how they are read and written.

It opens no window and no connection.
"""
