"""The state of a simulated market, and its files."""
