"""Fetching Flex statements: queries, which days to ask for and when, what can go wrong. Pure."""
