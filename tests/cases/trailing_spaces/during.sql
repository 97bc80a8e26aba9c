INSERT INTO t VALUES ('x  ', 'a  '), ('ß', 'ss'), ('🍣', '🍣'), ('🍺', '🍺'), ('', ''), (' ', ' ');
UPDATE t SET k = 'X ' WHERE k = 'X';
DELETE FROM t WHERE k = 'x';
DELETE FROM pair WHERE a = 'x ' AND b = 'x';
