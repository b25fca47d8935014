"""The fields of TWS's messages: from bytes to values of the domain."""
