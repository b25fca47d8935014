"""Columns, layouts, filters, groups, order, sums as values and functions; no model, no widget."""
