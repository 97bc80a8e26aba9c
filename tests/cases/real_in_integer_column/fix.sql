UPDATE t SET n = 15 WHERE id = 2;
