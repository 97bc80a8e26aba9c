-- CHECK constraints are carried over one by one where they mean the same in MySQL; the others are named with their text: traps
-- 57, 95 and 96.
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  n INTEGER CHECK (n > 0 AND n < 1000),
  a INTEGER,
  b INTEGER,
  kind TEXT CHECK (kind IN ('x', 'y''z')),
  name TEXT CHECK (length(name) >= 2),
  shape TEXT CHECK (shape GLOB '[a-z]*'),
  class INTEGER CHECK (typeof(class) = 'integer'),
  parent INTEGER REFERENCES parent ON DELETE SET NULL CHECK (parent <> 13),
  CONSTRAINT "a before b" CHECK (a <= b OR b IS NULL)
);
