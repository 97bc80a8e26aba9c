-- Expressions that MySQL takes and means something else by are written as MySQL means the same, or not translated and named with their
-- text: trap 96.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  n INTEGER,
  v TEXT,
  half INTEGER AS (n / 2) STORED,
  part TEXT AS (substr(v, 0, 3)),
  quoted TEXT CHECK (quoted <> "v"),
  document TEXT,
  field TEXT AS (json_extract(document, '$.a'))
);
