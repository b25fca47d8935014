"""One chart of the page a module: its figures, its drawings, its table."""
