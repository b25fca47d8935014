"""Answers the requests of the simulated TWS's clients, one kind of request a file."""
