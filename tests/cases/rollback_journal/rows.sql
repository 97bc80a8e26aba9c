INSERT INTO t VALUES (1, 'a', '2024-01-02', 1), (2, 'b', NULL, 'one');
INSERT INTO keyless VALUES (0.5), (0.5);
