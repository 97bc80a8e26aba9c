-- RTRIM ignores trailing spaces, as MySQL's older collations do: trap 50.
CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT COLLATE RTRIM UNIQUE, note TEXT COLLATE RTRIM);
