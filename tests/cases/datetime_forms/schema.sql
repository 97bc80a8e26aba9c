-- A date column becomes DATE, DATETIME(6) or TIME(6) where one reversible rule gives back every text of it: traps 45, 46 and
-- 116. An offset that is not zero says more than DATETIME holds; what is not canonical stays text.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  python DATETIME,
  six TIMESTAMP,
  zulu DATETIME,
  milliseconds DATETIME,
  aware DATETIME,
  minutes DATETIME,
  day DATE,
  clock TIME,
  offsets DATETIME,
  both DATETIME,
  epoch DATETIME,
  sloppy DATE,
  plain TEXT
);
