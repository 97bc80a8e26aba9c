UPDATE t SET v = CAST(x'ff' AS TEXT) WHERE id = 2;
INSERT INTO t VALUES (3, 'c');
UPDATE other SET v = 'y';
