INSERT INTO t VALUES
  (1, printf('%.3000c', 'a'), x'00', 'c', 1, 0.5, '2024-01-02', 1.5), (2, 'a', x'0000', 'c', 2, 0.5, NULL, NULL), (3, NULL, NULL, NULL, NULL, NULL, NULL, 2);
