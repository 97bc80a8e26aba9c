UPDATE t SET at = '2024-01-02 03:04:07' WHERE id = 1;
DELETE FROM impossible WHERE id = 2;
