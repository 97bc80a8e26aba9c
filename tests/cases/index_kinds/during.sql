REPLACE INTO t VALUES (4, 'b', x'00', 'd', 1, 1.5, '2024-01-03', 1);
CREATE INDEX later ON t (r);
DROP INDEX t_again;
