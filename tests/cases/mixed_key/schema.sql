-- Numbers and texts in one key stay apart as long as no text reads as a number: trap 10.
CREATE TABLE t (k NOT NULL PRIMARY KEY, v TEXT);
