UPDATE t SET code = 'a   ' WHERE id = 1;
-- fails
INSERT INTO t VALUES (4, 'b', NULL);
REPLACE INTO t VALUES (5, 'A ', 'replaces 3');
