"""The one table core, on which every table of the window stands; knows none of their rows."""
