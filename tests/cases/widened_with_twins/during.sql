UPDATE t SET n = 123456.75 WHERE id = 1;
INSERT INTO t (id, code, flag) VALUES (3, 'longer than five', 7);
-- caught up
UPDATE t SET text_ = 'longer than four' WHERE id = 2;
REPLACE INTO t (id, code, n) VALUES (4, 'LONGER THAN FIVE', 2);
