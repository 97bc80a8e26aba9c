INSERT INTO t VALUES
  (1, '0123', '1e5', '123', '2024', '12.50', 'longer than three', 12, 'any'),
  (2, '7', 42, '[1]', 1700000000, '3', 'abc', 'twelve', 'thing'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
