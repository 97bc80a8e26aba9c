-- Names of numeric types: a fraction is never cut by one that has none, nor rounded by the scale of another.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  numeric NUMERIC, numeric_10_5 NUMERIC(10, 5), spaced NUMERIC ( 10 , 5 ), decimal_10_5 DECIMAL(10,5), dec_10_5 DEC(10,5),
  fixed_10_5 FIXED(10,5), decimal_5 DECIMAL(5), exceeded DECIMAL(4, 1),
  double DOUBLE, double_10_5 DOUBLE(10,5), double_precision DOUBLE PRECISION, real REAL, real_10_5 REAL(10,5), float_10_5 FLOAT(10,5)
);
