-- What the application is told of its own statements stays as it was: changes() and last_insert_rowid() do not count
-- what triggers write, total_changes() does: trap 35.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE);
CREATE TABLE told (id INTEGER PRIMARY KEY, changes INTEGER, last INTEGER);
