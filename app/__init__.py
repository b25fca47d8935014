"""Position Sync: the positions of TWS in the trader's own SQLite file."""

__version__ = "0.1.0"
