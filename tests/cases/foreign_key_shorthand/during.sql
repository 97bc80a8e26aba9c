PRAGMA foreign_keys = ON;
INSERT INTO child VALUES (3, 2, 'x', 2);
INSERT INTO association VALUES (1, 3);
