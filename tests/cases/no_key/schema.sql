-- A table without a key gets an invisible one, which no statement of the application has to know of: trap 62.
CREATE TABLE t (v TEXT, n INTEGER);
CREATE TABLE uniques (a TEXT UNIQUE, b TEXT NOT NULL UNIQUE);
