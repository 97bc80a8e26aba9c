-- DROP TABLE fires no DELETE triggers of the table itself, but those of the children it cascades to: trap 12.
CREATE TABLE parent (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent ON DELETE SET NULL, v TEXT);
CREATE TABLE alone (id INTEGER PRIMARY KEY, v TEXT);
