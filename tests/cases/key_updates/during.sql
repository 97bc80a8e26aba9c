UPDATE t SET id = id + 10 WHERE id IN (1, 2);
UPDATE t SET id = 1 WHERE id = 3;
UPDATE t SET id = 3, v = 'c again' WHERE id = 12;
UPDATE t SET rowid = 0 WHERE id = -5;
UPDATE texts SET k = ' ', v = v + 10 WHERE k = '';
UPDATE texts SET k = '' WHERE k = 'a';
UPDATE texts SET k = 'c' WHERE k = 'b';
UPDATE pair SET a = 3 - a WHERE b = 'b';
UPDATE pair SET b = b || a, v = NULL;
UPDATE keyless SET rowid = rowid + 100;
UPDATE keyless SET _rowid_ = 1 WHERE v = 'b';
-- The same key for SQLite, another text for MySQL.
UPDATE folded SET k = 'A' WHERE k = 'a';
UPDATE folded SET k = 'b', v = 20 WHERE k = 'b';
