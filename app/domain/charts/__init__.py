"""What the charts show, as values: sums by time, by holding, by underlying; no colour, no pixel."""
