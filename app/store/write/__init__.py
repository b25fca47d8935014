"""What changes the file: a sync, an import, an undo; each in one transaction."""
