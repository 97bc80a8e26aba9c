INSERT INTO t VALUES (2, 'longer', 1.0625, 2);
-- caught up
UPDATE t SET amount = 123456.5, n = 0.5 WHERE id = 1;
