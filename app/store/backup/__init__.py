"""Backups of the database file: made, verified, deleted when old, restored. Nothing of syncing."""
