"""Syncing from the window: the controller, its buttons, bars and dialogs, and its dock."""
