"""The page of the open positions."""
