INSERT INTO t VALUES
  (1, printf('%.1000c', 'x') || 'a', printf('%.5000c', 'y')), (2, printf('%.1000c', 'x') || 'b', 'short'),
  (3, printf('%.900c', '🍣'), NULL), (4, 'short', ''), (5, NULL, NULL), (6, NULL, NULL);
