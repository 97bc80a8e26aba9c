-- REFERENCES without columns means the primary key of the parent, of one column or of several: trap 55.
CREATE TABLE parent (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE pair (a INTEGER NOT NULL, b VARCHAR(10) NOT NULL, PRIMARY KEY (b, a));
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent, x VARCHAR(10), y INTEGER,
  FOREIGN KEY (x, y) REFERENCES pair ON DELETE CASCADE);
CREATE TABLE association (parent INTEGER NOT NULL REFERENCES parent, child INTEGER NOT NULL REFERENCES child, PRIMARY KEY (parent, child));
