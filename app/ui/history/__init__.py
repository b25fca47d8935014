"""The page of the runs and their changes, and a position's timeline."""
