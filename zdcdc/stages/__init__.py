"""The stages of a migration, each one function that a command line, a program or a page can call."""
