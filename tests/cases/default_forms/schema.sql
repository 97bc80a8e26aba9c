-- Defaults as people write them: in parentheses, with an exponent, of the wrong type, of functions that know the time.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  wrapped INTEGER DEFAULT ((42)),
  negative DOUBLE DEFAULT -3.14,
  small DOUBLE DEFAULT 1e-3,
  large DOUBLE DEFAULT -2.5E+10,
  sum VARCHAR(10) DEFAULT (1+2),
  list TEXT DEFAULT '[]',
  bytes BLOB DEFAULT X'ABCD',
  yes BOOLEAN DEFAULT TRUE,
  no TINYINT DEFAULT FALSE,
  quoted VARCHAR(10) DEFAULT "hello",
  empty VARCHAR(10) DEFAULT '',
  none TEXT DEFAULT (NULL)
);
