-- An application that does not trust its schema may call no function in a trigger that is not known to be harmless: trap 29.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE, data BLOB);
CREATE TABLE keyless (v NUMERIC);
