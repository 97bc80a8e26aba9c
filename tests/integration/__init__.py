"""Tests on real servers and files."""
