-- Indexes, columns and views that the application makes while it is migrated come along: trap 16 and its kin.
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);
CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT);
