"""The simulated TWS's sockets, sessions and framing."""
