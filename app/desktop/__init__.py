"""Starts the window on Qt's event loop and ends it in order. What the window shows lies in `ui`."""
