INSERT INTO t VALUES (1, 'main', 1), (2, 'other', 2);
INSERT INTO pair VALUES ('a', 7, 'first'), ('b', 7, 'second');
