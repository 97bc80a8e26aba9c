INSERT INTO parent VALUES (1, 'same', 1, 1), (2, 'same', 1, 2);
INSERT INTO pair VALUES (1, 1);
INSERT INTO child VALUES (1, NULL, 'same', NULL, 1, NULL, 2);
INSERT INTO by_rowid VALUES ('x');
INSERT INTO refers VALUES (1, NULL);
