INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (1, 1, 'x'), (2, 2, 'y'), (3, NULL, 'z');
INSERT INTO alone VALUES (1, 'x');
