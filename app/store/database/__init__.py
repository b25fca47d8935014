"""The connection, the tables, and the conversion of values to rows. No rules of syncing."""
