-- An infinity or -0.0 that is written after the scan holds its table: traps 42 and 43.
CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL);
CREATE TABLE zero (id INTEGER PRIMARY KEY, r);
CREATE TABLE other (id INTEGER PRIMARY KEY, r REAL);
