"""Where a figure comes from: its formula with its numbers, and the executions behind it."""
