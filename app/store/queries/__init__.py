"""Reads for the window and the verbs. It changes nothing."""
