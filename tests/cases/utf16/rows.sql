INSERT INTO t VALUES ('ž', 'Anna', '2024-01-02 03:04:05', 1.5, 1, x'00ff'), ('🍣', 'bob', NULL, 2, 'one', x''), ('a' || char(0), NULL, '2024-01-02 03:04:05.000600', 0.1, 1.5, NULL);
