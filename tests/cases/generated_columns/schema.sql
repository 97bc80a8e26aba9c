-- Generated columns are hidden from table_info, and nobody may write them: trap 34.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a INTEGER,
  b INTEGER,
  total INTEGER GENERATED ALWAYS AS (a + b) STORED,
  name TEXT,
  shout TEXT AS (name || '!') VIRTUAL,
  code TEXT GENERATED ALWAYS AS ('n' || a) STORED UNIQUE
);
