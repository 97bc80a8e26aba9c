INSERT INTO t (id, dice) VALUES (2, 1);
UPDATE moments SET moment = '2024-01-02 03:04:06' WHERE id = 1;
