-- The same in rollback-journal mode, where readers and writers keep each other out: trap 26.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE, at DATETIME, free);
CREATE TABLE keyless (v REAL);
