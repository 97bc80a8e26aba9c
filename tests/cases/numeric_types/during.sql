INSERT INTO t VALUES (3, 0.25, 0.00001, 100, 2.5, 99999.5, 0.123456789, 0, 1e-7, -0.5, 1e-9, 1.0, 1e9, 0.7, 0.7);
UPDATE t SET numeric = numeric + 1, decimal_10_5 = 0.7 WHERE id = 2;
