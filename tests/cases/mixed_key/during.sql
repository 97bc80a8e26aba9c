UPDATE t SET k = 2 WHERE k = 1;
INSERT INTO t VALUES ('two', 'text'), (-7, 'integer'), (0.1, 'real');
DELETE FROM t WHERE k = 'one';
