"""The settings: what there are, which values they take, and how they are read and written.

It opens no window and no connection.
"""
