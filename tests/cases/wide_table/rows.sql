INSERT INTO t (id, a, r) VALUES (1, printf('%.1000c', '🍣'), 'r'), (2, '', NULL);
