-- DROP COLUMN fails in the application when a trigger names the column, and triggers that record values miss those that
-- are added: trap 16.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, gone TEXT, code TEXT UNIQUE);
