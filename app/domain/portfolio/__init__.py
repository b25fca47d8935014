"""Sums over positions and accounts: values, balances, rates, and what moves between two syncs."""
