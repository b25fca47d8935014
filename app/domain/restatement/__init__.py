"""Replays the history of one identity with the executions that came late, and says what changed."""
