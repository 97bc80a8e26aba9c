"""Rounds: capture and apply joined, one read transaction and one target transaction at a time."""
