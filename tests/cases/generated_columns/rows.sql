INSERT INTO t (id, a, b, name) VALUES (1, 1, 2, 'one'), (2, 2, NULL, NULL), (3, NULL, 3, 'é🍣');
