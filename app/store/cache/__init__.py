"""What is remembered of the file between two reads, and how it is known to be up to date."""
