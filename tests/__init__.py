"""Tests: unit, integration and fault tests, and the servers they run on."""
