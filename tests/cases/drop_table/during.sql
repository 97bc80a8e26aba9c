PRAGMA foreign_keys = ON;
UPDATE alone SET v = 'y';
DROP TABLE parent;
PRAGMA foreign_keys = OFF;
UPDATE child SET v = 'after' WHERE id = 3;
DROP TABLE alone;
CREATE TABLE alone (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO alone VALUES (2, 'another');
