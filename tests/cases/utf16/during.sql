UPDATE t SET k = 'ž🍺', v = 'ANNA', free = 'žluť' WHERE k = 'ž';
REPLACE INTO t VALUES ('x', 'BOB', '1999-12-31 23:59:59', 3, 7, x'feff');
INSERT INTO t VALUES ('', '', NULL, NULL, '', NULL);
