INSERT INTO plain VALUES (2, 'ignored'), (3, NULL);
INSERT INTO t VALUES ('a', 50), ('d', 2);
REPLACE INTO t VALUES ('e', 11);
UPDATE t SET n = 12 WHERE k = 'd';
