"""The portfolio's summary above the table."""
