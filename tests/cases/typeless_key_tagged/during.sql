UPDATE t SET k = '2' WHERE typeof(k) = 'integer';
REPLACE INTO t VALUES (x'31', 'blob again'), ('i:1', 'a text that looks tagged');
INSERT INTO t VALUES (2, 'integer'), (x'', 'empty blob'), ('', 'empty text');
DELETE FROM t WHERE typeof(k) = 'real';
