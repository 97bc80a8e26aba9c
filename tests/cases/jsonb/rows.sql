INSERT INTO t VALUES (1, x'4c1761133132', '{"a": 1}'), (2, NULL, NULL), (3, x'00', '[]');
