-- What only SQLite understands must not reach MySQL as it stands: WITHOUT ROWID, STRICT, conflict clauses, collations, indexes of
-- expressions and of parts of the rows: traps 94 and 95.
CREATE TABLE plain (id INTEGER PRIMARY KEY ON CONFLICT IGNORE, v TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x' COLLATE BINARY);
CREATE TABLE t (
  k TEXT NOT NULL CONSTRAINT named UNIQUE ON CONFLICT IGNORE,
  n INT NOT NULL,
  -- a comment, with 'quotes' and (parentheses
  PRIMARY KEY (k COLLATE BINARY ASC, n DESC) /* another */
) WITHOUT ROWID, STRICT;
CREATE INDEX t_lower ON t (lower(k), n);
CREATE INDEX t_down ON t (n DESC, k);
CREATE UNIQUE INDEX t_once ON t (n) WHERE n > 10 AND k IS NOT NULL;
