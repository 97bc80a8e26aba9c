"""Where changes come from: the catalog, triggers and journal of SQLite, and its rows."""
