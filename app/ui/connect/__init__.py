"""Finding TWS, testing a connection, and showing the connection's status."""
