INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
INSERT INTO child VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'a'), (4, NULL, NULL);
INSERT INTO grandchild VALUES (1, 1, NULL), (2, 2, 1), (3, 2, 2), (4, 3, 3);
INSERT INTO fallback VALUES (1, 2), (2, 4), (3, 1);
