INSERT INTO django VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
INSERT INTO alembic VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (1, 1), (2, 3);
