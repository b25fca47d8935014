"""Help when something is wrong: the log window, the text of a bug report, message boxes."""
