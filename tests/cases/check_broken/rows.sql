PRAGMA ignore_check_constraints = ON;
INSERT INTO t VALUES (1, 1, 1), (2, 0, 1), (3, -1, NULL);
