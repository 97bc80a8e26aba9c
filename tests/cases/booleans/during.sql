INSERT INTO t VALUES (3, 1, 0, -1, 'maybe');
