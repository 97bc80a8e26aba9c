INSERT INTO item VALUES (1, 'a', 9.5, 1), (2, 'b', 10.25, 1), (3, 'c', 3, NULL);
