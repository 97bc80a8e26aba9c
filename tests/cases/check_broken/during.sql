PRAGMA ignore_check_constraints = ON;
UPDATE t SET n = -5 WHERE id = 1;
