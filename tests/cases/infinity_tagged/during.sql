UPDATE t SET r = -r WHERE r IS NOT NULL;
INSERT INTO t VALUES (6, 0.1, 0.1), (7, 'text', 0.2), (8, x'00', 0.3);
