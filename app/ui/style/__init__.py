"""Colours, icons, and how numbers and times are written in the user's locale."""
