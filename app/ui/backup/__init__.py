"""Backups in the window: made in the background or now, and restored. It reads no file itself."""
