INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, NULL, NULL);
INSERT INTO pair VALUES ('x', 'a', 'b'), ('y', 'b', 'a'), ('z', NULL, 'a');
