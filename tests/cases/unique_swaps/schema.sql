-- ON DUPLICATE KEY UPDATE would change the wrong row through a second unique key, and rows may exchange their values between two
-- rounds: trap 54.
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INTEGER UNIQUE);
CREATE TABLE pair (k TEXT NOT NULL PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b)) WITHOUT ROWID;
