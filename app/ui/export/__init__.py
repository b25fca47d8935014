"""Export of a table: what to write and where, and the writing without a stall of the window."""
