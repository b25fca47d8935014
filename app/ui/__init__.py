"""The window. It shows values that others compute and never reads the database file."""
