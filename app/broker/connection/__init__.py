"""One connection to TWS: opened, watched, lost, and opened again."""
