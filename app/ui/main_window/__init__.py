"""The window around the pages: menus, toolbars, status bar, and who is connected with whom."""
