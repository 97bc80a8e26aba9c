INSERT INTO t VALUES (1, '{"b": 1, "a":  [100, null]}'), (2, '["ž", "🍣"]'), (3, NULL);
