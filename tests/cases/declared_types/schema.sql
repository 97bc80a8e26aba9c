-- Names of types as people write them; the data decides: trap 94.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a INT, b TINYINT, c UNSIGNED BIG INT, d INT8, e INTEGER(4),
  f CHARACTER(20), g VARYING CHARACTER(255), h NATIVE CHARACTER(70), i CLOB,
  j BLOB, k VARBINARY(10), l, m ANY,
  n DOUBLE, o FLOAT UNSIGNED, p NUMERIC, q DECIMAL(5), r MONEY, s BOOLEAN, t BOOL, u UUID, v "odd (type) name"
);
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, i INT, r REAL, t TEXT, b BLOB, "any" ANY) STRICT;
