INSERT INTO t VALUES (7, printf('%.1000c', 'x') || 'A', NULL), (8, printf('%.1000c', 'x') || 'a ', NULL);
REPLACE INTO t VALUES (9, printf('%.1000c', 'x') || 'a', 'replaces 1');
UPDATE t SET body = printf('%.20000c', 'z') WHERE id = 4;
