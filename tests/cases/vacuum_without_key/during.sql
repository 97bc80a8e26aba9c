DELETE FROM keyless WHERE n = 4;
DELETE FROM nullable WHERE n = 2;
VACUUM;
UPDATE keyless SET v = v || '!' WHERE rowid = 2;
INSERT INTO nullable VALUES (NULL, 4);
UPDATE texts SET n = 3 WHERE k = 'b';
