"""Writes syncs, imports and undos to the file, each in one transaction."""
