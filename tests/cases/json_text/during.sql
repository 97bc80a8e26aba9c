UPDATE t SET document = '{"z":0,"a":-0.0, "long": 12345678901234567890.123}' WHERE id = 2;
INSERT INTO t VALUES (3, 'null', NULL), (4, '"a text"', NULL), (5, NULL, NULL);
