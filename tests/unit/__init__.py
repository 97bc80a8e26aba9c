"""Tests of values and decisions, without servers."""
