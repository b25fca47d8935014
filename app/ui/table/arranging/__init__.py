"""Menus, chips and saved layouts: each choice of the user becomes a new layout."""
