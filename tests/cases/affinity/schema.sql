-- What SQLite made of a value when it was stored is what the data is: the type follows from it, not from the name of the
-- declared type: trap 39.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  string STRING,
  uuid UUID,
  json JSON,
  moment DATETIME,
  price DECIMAL(10, 2),
  short VARCHAR(3),
  whole INTEGER,
  "none"
);
