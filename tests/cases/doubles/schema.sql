-- A REAL arrives bit for bit, through the shortest digits that read back as it: trap 42.
CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL, f FLOAT, d DOUBLE PRECISION, free);
