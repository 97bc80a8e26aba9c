"""Deciding how a table is kept in MySQL, from its declaration, its data and what was asked for. Pure."""
