-- A key without a type holds 1, '1' and x'31' as three rows: trap 10.
CREATE TABLE t (k NOT NULL PRIMARY KEY, v TEXT);
