"""What a sync makes of stored positions and a snapshot: which executions explain a difference.

It writes nothing.
"""
