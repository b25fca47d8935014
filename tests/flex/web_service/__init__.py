"""The client of the Flex Web Service against a fake one on the loopback."""
