INSERT INTO t VALUES (4, '00001', '5', '{}', '1999', 0.1, 'even longer than before', 'x', '1.0 is a text');
UPDATE t SET whole = '13' WHERE id = 2;
