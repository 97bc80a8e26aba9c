INSERT INTO t (id, base, title) VALUES (1, 1, 'one'), (2, 19, 'two'), (3, 3, NULL);
INSERT INTO child VALUES (1, 1), (2, NULL);
INSERT INTO pair (a, b) VALUES (1, 'x'), (2, 'x');
