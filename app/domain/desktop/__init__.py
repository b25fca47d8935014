"""What the window publishes: its state, its notifications, its rules for automatic syncs."""
