-- One row replaces three: by its key, by one unique key and by the other.
REPLACE INTO t VALUES (1, 'b', 2, 1);
INSERT OR REPLACE INTO t (a, b, c) VALUES ('d', 9, 9), (NULL, NULL, 1);
UPDATE OR REPLACE t SET b = 6, c = 6 WHERE id = 5;
INSERT INTO settles VALUES ('a', 2);
UPDATE settles SET a = 'd' WHERE a = 'c';
REPLACE INTO keyless VALUES ('b', 20), (NULL, 6);
UPDATE OR REPLACE keyless SET a = 'b' WHERE a = 'a';
-- With recursive triggers SQLite fires them itself: then a change is in the journal twice.
PRAGMA recursive_triggers = ON;
REPLACE INTO replacing VALUES (1, 'b');
UPDATE OR REPLACE replacing SET id = 3 WHERE id = 1;
