"""Runs the syncs, one at a time: reads the broker, asks the domain, writes to the store."""
