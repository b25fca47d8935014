"""Answers the requests of the simulated TWS's clients, one file for each kind."""
