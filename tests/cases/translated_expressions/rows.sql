INSERT INTO t (id, a, b, n, m) VALUES (1, 'ab', 'c', 1, 2), (2, NULL, 'x', 3, 3), (3, '🍣b', '', NULL, 1);
