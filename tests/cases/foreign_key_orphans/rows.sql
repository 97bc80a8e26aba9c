INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1), (2, 99), (3, 98), (4, NULL);
