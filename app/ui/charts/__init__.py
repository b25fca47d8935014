"""Charts, drawn by hand."""
