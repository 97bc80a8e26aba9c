UPDATE t SET n = 1.5 WHERE id = 2;
