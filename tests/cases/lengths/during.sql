INSERT INTO t VALUES (3, 'c', 'c  ', 'a good deal longer than it was ever before', 'w', -0.01, 0.000001);
UPDATE t SET code = 'd  ' WHERE id = 1;
