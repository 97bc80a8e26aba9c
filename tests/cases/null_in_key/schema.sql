-- NULL may stand in a primary key that is not INTEGER, and in INTEGER PRIMARY KEY DESC, which is no rowid: trap 9.
CREATE TABLE texts (k TEXT PRIMARY KEY, v INTEGER);
CREATE TABLE pair (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b));
CREATE TABLE down (id INTEGER PRIMARY KEY DESC, v TEXT);
CREATE TABLE down_required (id INTEGER NOT NULL PRIMARY KEY DESC, v TEXT);
