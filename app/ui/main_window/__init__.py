"""The window around the pages: menus, toolbars, status bar, and the connections of its signals."""
