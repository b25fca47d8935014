"""Past data for the views: a position's history, closed positions, recent activity."""
