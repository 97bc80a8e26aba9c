-- DELETE without WHERE skips the triggers of a table that has none; with ours it must not: trap 13.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE keyless (v TEXT);
CREATE TABLE pair (a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
