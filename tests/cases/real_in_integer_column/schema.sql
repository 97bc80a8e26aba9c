-- MySQL makes 2 of 1.5 in a BIGINT without a warning: the value holds its table instead: trap 40.
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE other (id INTEGER PRIMARY KEY, n INTEGER);
