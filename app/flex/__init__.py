"""Reads IBKR's Flex statements from XML. It keeps nothing."""
