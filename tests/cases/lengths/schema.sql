-- SQLite ignores declared lengths; MySQL cuts what is too long, trailing spaces with only a note, and rounds decimals: trap
-- 41. A length holds where all the data fits.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  code CHAR(3) NOT NULL UNIQUE,
  name VARCHAR(20),
  exceeded VARCHAR(3),
  wide NVARCHAR(2000),
  amount DECIMAL(10, 2),
  finer DECIMAL(10, 2)
);
CREATE INDEX t_exceeded ON t (exceeded);
