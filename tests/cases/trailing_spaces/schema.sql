-- 'x', 'x ' and 'X' are three keys, as are texts that a padding or folding collation takes for one: trap 49.
CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v TEXT UNIQUE);
CREATE TABLE pair (a VARCHAR(10) NOT NULL, b VARCHAR(10) NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
