"""Tests a connection step by step, and says what to do where a step fails."""
