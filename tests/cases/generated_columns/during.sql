UPDATE t SET a = 10, name = 'ten' WHERE id = 1;
INSERT INTO t (a, b) VALUES (7, -7);
REPLACE INTO t (id, a, b) VALUES (8, 2, 2);
DELETE FROM t WHERE id = 3;
