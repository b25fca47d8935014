"""Text from or for the outside world: made visible, cut, masked, put in words."""
