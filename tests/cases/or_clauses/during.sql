INSERT OR IGNORE INTO t VALUES (3, 'a', 3), (4, 'd', 4), (5, 'e', 100), (6, 'f', 6);
INSERT OR REPLACE INTO t VALUES (2, 'a', 20);
INSERT OR ABORT INTO t VALUES (7, 'g', 7);
-- fails
INSERT OR ABORT INTO t VALUES (8, 'h', 8), (9, 'a', 9);
-- fails
INSERT OR IGNORE INTO t VALUES (10, 'j', 13);
UPDATE OR IGNORE t SET code = 'g', n = n + 1;
DELETE FROM log WHERE what = 't a';
INSERT OR IGNORE INTO t VALUES (11, 'k', 11), (11, 'l', 12);
