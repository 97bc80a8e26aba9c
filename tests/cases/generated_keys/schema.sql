-- Generated columns in keys: unique, of a foreign key's parent, indexed, and made of columns that are keys themselves: traps 34 and 123.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  base INTEGER NOT NULL,
  slot INTEGER NOT NULL AS (base % 17) STORED UNIQUE,
  title TEXT,
  heading TEXT AS (upper(title)) VIRTUAL
);
CREATE UNIQUE INDEX t_heading ON t (heading);
CREATE INDEX t_both ON t (slot DESC, heading);
CREATE TABLE child (id INTEGER PRIMARY KEY, slot INTEGER REFERENCES t (slot));
CREATE TABLE pair (a INTEGER NOT NULL, b TEXT NOT NULL, both TEXT AS (b || '-' || a) STORED UNIQUE, PRIMARY KEY (a, b)) WITHOUT ROWID;
