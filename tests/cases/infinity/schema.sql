-- MySQL has no infinity; NaN is NULL in SQLite already: trap 43.
CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL, n REAL);
