"""Text that comes from outside or goes outside: made visible, cut, masked, put in words."""
