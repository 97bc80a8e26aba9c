INSERT INTO t VALUES (1, 'a', 1), (2, 'B', 2), (3, NULL, 3);
INSERT INTO other VALUES (1, 'x');
