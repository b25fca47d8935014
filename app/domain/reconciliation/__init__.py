"""Compares stored positions with a snapshot and explains the differences by executions.

It writes nothing.
"""
