"""Syncing from the window: the controller, its buttons, bars, dialogs, and the last-sync panel."""
