-- Defaults that know the time are UTC in the text form that the column has: trap 58.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  stamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  moment DATETIME DEFAULT (datetime('now')),
  day DATE DEFAULT CURRENT_DATE,
  clock TIME DEFAULT CURRENT_TIME,
  text TEXT DEFAULT CURRENT_TIMESTAMP,
  zoned TEXT DEFAULT (datetime('now', 'localtime')),
  formed TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
