"""A simulated TWS: a live paper market behind TWS's own wire protocol."""
