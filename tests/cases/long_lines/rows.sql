INSERT INTO t VALUES (1, replace(printf('%.50000c', 'x'), 'x', 'a line of some forty characters or more' || char(10)));
INSERT INTO t VALUES (2, replace(printf('%.50000c', 'x'), 'x', char(9) || '\' || char(13)));
