-- Both ends of a foreign key need one type and one collation, a length, and a parent that is unique: trap 55.
CREATE TABLE parent (id INTEGER PRIMARY KEY, code VARCHAR(10) UNIQUE, day DATE UNIQUE, amount DECIMAL(5, 2) UNIQUE, flag BOOLEAN UNIQUE,
  folded TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE child (
  id INTEGER PRIMARY KEY,
  parent INT REFERENCES parent,
  code TEXT REFERENCES parent (code),
  day TEXT REFERENCES parent (day),
  amount NUMERIC REFERENCES parent (amount),
  flag INTEGER REFERENCES parent (flag),
  folded TEXT REFERENCES parent (folded)
);
CREATE TABLE composite (a INTEGER NOT NULL, b TEXT NOT NULL, v TEXT, PRIMARY KEY (a, b));
CREATE TABLE refers (x INTEGER, y TEXT, FOREIGN KEY (x, y) REFERENCES composite (a, b) ON UPDATE CASCADE);
