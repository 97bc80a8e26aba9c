UPDATE t SET a = 'xxb', n = 10 WHERE id = 1;
INSERT INTO t (id, a, b, n, m) VALUES (4, '\''', NULL, -1, -2);
