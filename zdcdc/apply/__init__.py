"""Where changes go: tables, bulk loads, rounds and the checkpoint in MySQL."""
