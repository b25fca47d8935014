"""Help when something is wrong: the log window, a bug report's text, the window for a fault."""
