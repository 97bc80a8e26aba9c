-- Values that a journal in JSON would change or refuse, blobs and doubles above all, in keys and beside them: trap 31.
CREATE TABLE blobs (k BLOB NOT NULL PRIMARY KEY, v BLOB);
CREATE TABLE reals (k REAL NOT NULL PRIMARY KEY, v REAL);
CREATE TABLE texts (k TEXT NOT NULL PRIMARY KEY, v TEXT);
