-- -0.0 would come back as 0.0; only a column without an affinity keeps it: trap 42.
CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL, free);
