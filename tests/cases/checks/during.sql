UPDATE t SET n = 999, kind = 'y''z' WHERE id = 1;
-- fails
UPDATE t SET n = 0 WHERE id = 1;
PRAGMA ignore_check_constraints = ON;
INSERT INTO t (id, name, class) VALUES (3, 'no', 1);
