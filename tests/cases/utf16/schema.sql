-- In a UTF-16 database bytes of a text are other bytes: trap 113.
CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v TEXT COLLATE NOCASE UNIQUE, at DATETIME, price DECIMAL(8, 2), free, data BLOB);
CREATE INDEX t_long ON t (lower(v));
