"""The explanation of a figure, beside its cell."""
