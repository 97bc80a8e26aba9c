UPDATE t SET r = r / 3, f = f * 1.1, d = d + 0.1 WHERE abs(f) < 1e200;
INSERT INTO t VALUES (7, 1.0 / 3, 2.0 / 3, 1e-300, 3.0);
