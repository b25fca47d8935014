"""The connection to the file, its tables, how values become rows. It knows no rule of a sync."""
