INSERT INTO "trailing " VALUES (1, 'a', 'c'), (2, NULL, 'c');
INSERT INTO child VALUES (1, 1, 'x');
