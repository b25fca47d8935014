"""A connection to TWS as a value: its profile, its test, and IBKR's maintenance windows."""
