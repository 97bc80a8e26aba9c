INSERT INTO t VALUES (1, TRUE, NULL, 2, 'true'), (2, FALSE, NULL, 0, 'false');
