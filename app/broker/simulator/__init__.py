"""A simulated TWS: a live paper market behind the wire protocol that TWS itself speaks."""
