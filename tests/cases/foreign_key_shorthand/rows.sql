INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO pair VALUES (1, 'x'), (2, 'x');
INSERT INTO child VALUES (1, 1, 'x', 1), (2, NULL, NULL, 2);
INSERT INTO association VALUES (1, 1), (2, 1);
