-- Under a collation of MySQL that folds, letters beyond ASCII would be others than for SQLite: when one is written after the scan,
-- its column becomes binary, with a twin that folds as SQLite does: trap 50.
CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE other (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE);
