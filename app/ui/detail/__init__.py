"""The pane with one position in full: its figures, what happened to it, the user's notes and tags.

It reads and shows; the store alone writes, through the `NotesController`.
"""
