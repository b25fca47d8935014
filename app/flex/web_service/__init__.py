"""The client of IBKR's Flex Web Service, version 3. It reads statements; it stores nothing."""
