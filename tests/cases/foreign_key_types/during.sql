PRAGMA foreign_keys = ON;
INSERT INTO child VALUES (3, 2, 'b', '2024-01-03', 2, 0, 'OTHER');
UPDATE composite SET b = 'b';
