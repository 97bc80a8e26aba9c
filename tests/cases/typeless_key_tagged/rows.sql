INSERT INTO t VALUES (1, 'integer'), ('1', 'text'), (x'31', 'blob'), (1.5, 'real');
