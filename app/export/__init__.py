"""Tables as files for other programs: CSV, JSON, Excel. Knows nothing of Qt."""
