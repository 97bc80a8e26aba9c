INSERT INTO t VALUES (1, 'a', 'x', 'c1'), (2, 'b', 'y', 'c2');
