-- A text may hold any bytes: traps 37 and 44.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, data BLOB);
