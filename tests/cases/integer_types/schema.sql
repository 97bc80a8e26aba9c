-- Every name of an integer type, signed or not, with a display width or without, becomes BIGINT: nothing is cut to 32 bits or 8.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  int INT, int_5 INT(5), integer INTEGER, tiny TINYINT, tiny_4 TINYINT(4), small SMALLINT(6), medium MEDIUMINT(9),
  big BIGINT(20), int1 INT1(3), int2 INT2(6), int3 INT3(9), int4 INT4(11), int8 INT8(19), int64 INT64,
  int_u INT UNSIGNED, unsigned_5 UNSIGNED INT(5), tiny_u TINYINT UNSIGNED, big_u UNSIGNED BIG INT, big_20_u UNSIGNED BIG INT(20)
);
