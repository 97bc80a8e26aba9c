INSERT INTO parent VALUES (1, 'a', '2024-01-02', 1.5, 1, 'Fold'), (2, 'b', '2024-01-03', 2, 0, 'other');
INSERT INTO child VALUES (1, 1, 'a', '2024-01-02', 1.5, 1, 'Fold'), (2, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO composite VALUES (1, 'a', 'x');
INSERT INTO refers VALUES (1, 'a'), (1, NULL);
