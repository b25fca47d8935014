"""The user's notes and tags: reads and changes them. Nothing else in the store touches them."""
