"""Backups of the database file."""
