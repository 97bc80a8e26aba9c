-- A column that is given another type while it is migrated keeps its keys, its twin and what is computed from it.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  code VARCHAR(5) COLLATE NOCASE UNIQUE,
  n DECIMAL(4, 1) UNIQUE,
  flag BOOLEAN,
  text_ VARCHAR(4),
  size INTEGER AS (length(text_)) STORED
);
CREATE INDEX t_flag ON t (flag) WHERE flag = 1;
CREATE UNIQUE INDEX t_text ON t (lower(text_));
