UPDATE t SET v = CAST(x'fe' AS TEXT) WHERE id = 1;
INSERT INTO t VALUES (4, 'x:61', NULL), (5, CAST(x'00ff' AS TEXT), NULL), (6, NULL, NULL), (7, '', x'');
