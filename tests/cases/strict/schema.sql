-- In a STRICT table a column holds what it declares, and ANY whatever came, unconverted.
CREATE TABLE t (id INTEGER PRIMARY KEY, i INT NOT NULL, r REAL, s TEXT, b BLOB, "any" ANY, "all" ANY) STRICT;
