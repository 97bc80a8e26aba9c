INSERT INTO t VALUES (1, 1, 1, 'x', x'00', '0123', 1), (2, -1, 2.5, '', x'', '1e5', 'text');
