"""Reads for the window and the commands. It changes nothing."""
