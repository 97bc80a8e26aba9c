INSERT INTO t SELECT id + 1, int - 1, int_5 - 1, integer - 1, tiny - 1, tiny_4, small, medium, big + 1, int1, int2, int3, int4,
  int8, int64, int_u, unsigned_5, tiny_u, big_u, big_20_u FROM t;
