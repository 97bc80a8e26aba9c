INSERT INTO t (id, code, n, flag, text_) VALUES (1, 'Anna', 1.5, 1, 'abcd'), (2, 'bob', 2, 0, NULL);
