-- A person may also let the column take what came: trap 40.
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
