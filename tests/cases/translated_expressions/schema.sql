-- Expressions that mean the same on both sides are carried over: trap 97.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a TEXT,
  b TEXT,
  n INTEGER,
  m INTEGER,
  joined TEXT AS (a || '-' || b) STORED,
  size INTEGER AS (length(a)) STORED,
  larger INTEGER AS (max(n, m)) STORED,
  place INTEGER AS (instr(a, 'b')) STORED,
  sure INTEGER AS (iif(n > m, 1, 0)) STORED,
  either TEXT AS (coalesce(a, b, '\')) STORED,
  CHECK (a IS NOT b)
);
