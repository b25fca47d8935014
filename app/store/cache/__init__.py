"""Keeps data of the file in memory between reads, and detects when it is out of date."""
