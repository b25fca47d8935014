"""Finds the identities whose history changed, reads what a replay needs, and writes its result."""
