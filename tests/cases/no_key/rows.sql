INSERT INTO t VALUES ('a', 1), ('a', 1), (NULL, NULL), ('', 2);
INSERT INTO uniques VALUES ('a', 'b'), (NULL, 'c');
