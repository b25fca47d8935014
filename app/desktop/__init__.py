"""Starts the window on Qt's event loop and ends it in order. The window itself is in `ui`."""
