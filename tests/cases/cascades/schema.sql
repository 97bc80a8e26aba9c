-- Foreign key actions write to other tables, whose triggers fire, children before parents; MySQL must not do them again:
-- trap 11.
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE child (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE,
  code TEXT REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE TABLE grandchild (
  id INTEGER PRIMARY KEY,
  child INTEGER NOT NULL REFERENCES child ON DELETE CASCADE,
  self INTEGER REFERENCES grandchild ON DELETE SET NULL
);
CREATE TABLE fallback (id INTEGER PRIMARY KEY, parent INTEGER DEFAULT 1 REFERENCES parent ON DELETE SET DEFAULT);
