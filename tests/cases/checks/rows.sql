INSERT INTO parent VALUES (1);
INSERT INTO t VALUES (1, 5, 1, 2, 'x', 'éé', 'abc', 1, 1), (2, NULL, NULL, NULL, NULL, NULL, NULL, 7, NULL);
