INSERT INTO t VALUES (printf('%.1000c', 'x'), 1), ('short', 2);
