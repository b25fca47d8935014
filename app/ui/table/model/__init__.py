"""The table model: rows kept over updates and arranged as lines; copies and exports them."""
