"""What TWS reports, gathered into a snapshot or into updates."""
