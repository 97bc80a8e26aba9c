INSERT INTO t VALUES (1, 0.0, 0.0), (2, -0.0, -0.0), (3, 1.5, 1.5);
