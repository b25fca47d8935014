"""Finding TWS, testing a connection, and how the connection stands."""
