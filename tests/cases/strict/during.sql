-- fails
INSERT INTO t VALUES (3, 'x', 1, 'x', x'00', 1, 1);
INSERT INTO t VALUES (3, '7', '8', 9, NULL, 'x', 2.5);
