-- A text that is longer than an index holds cannot be a primary key, nor both ends of a foreign key: trap 51.
CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v INTEGER);
