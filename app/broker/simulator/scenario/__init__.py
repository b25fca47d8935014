"""The state of a simulated market, and the files that it is read from."""
