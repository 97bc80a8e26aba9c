INSERT INTO t VALUES
  (1, '{"b": 1.0, "a":  [1e2, null], "b": 2}', '{"not": "json", }'),
  (2, '["ž", "\u017e", "🍣"]', '');
