"""The page of the closed positions."""
