INSERT INTO t (id, n, v, quoted, document) VALUES (1, 5, 'abc', 'q', '{"a": "x"}'), (2, -5, NULL, NULL, NULL);
