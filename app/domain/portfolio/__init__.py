"""Sums over positions and accounts: values, balances, rates, and live figures between syncs."""
