INSERT INTO t VALUES (1, 'integer'), ('one', 'text'), (1.5, 'real'), ('', 'empty');
