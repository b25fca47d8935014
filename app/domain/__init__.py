"""The trader's words and rules: pure values and functions, standard library only."""
