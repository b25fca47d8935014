"""What has changed: since the window was last open, and when each position last did."""
