"""SQLite's SQL read, and said in MySQL's words where that is known to mean the same. Pure."""
