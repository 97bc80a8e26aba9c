PRAGMA trusted_schema = OFF;
INSERT INTO t VALUES (3, 'c', x'');
REPLACE INTO t VALUES (1, 'b', x'01');
UPDATE t SET id = 30 WHERE id = 3;
DELETE FROM keyless WHERE v = 1;
INSERT INTO keyless VALUES (2.5);
