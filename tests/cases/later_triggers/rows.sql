INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2);
INSERT INTO other VALUES (1, 'x');
