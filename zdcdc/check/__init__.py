"""Preflight: what would go wrong, found before anything is written."""
