-- SQLite takes a foreign key to a table that is not there, to columns that are not unique, or to another number of columns; MySQL
-- takes none of them: trap 55.
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, a INTEGER, b INTEGER, UNIQUE (a, b));
CREATE TABLE pair (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE child (
  id INTEGER PRIMARY KEY,
  absent INTEGER REFERENCES nowhere (id),
  name TEXT REFERENCES parent (name),
  half INTEGER REFERENCES pair,
  part INTEGER REFERENCES parent (a),
  column_absent INTEGER REFERENCES parent (gone),
  good INTEGER REFERENCES parent
);
CREATE TABLE by_rowid (v TEXT);
CREATE TABLE refers (id INTEGER PRIMARY KEY, v TEXT REFERENCES by_rowid);
