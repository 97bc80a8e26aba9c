INSERT INTO texts VALUES (NULL, 4);
UPDATE texts SET v = v + 10 WHERE k IS NULL;
UPDATE texts SET k = NULL WHERE k = 'a';
DELETE FROM pair WHERE b IS NULL AND v = 'y';
REPLACE INTO pair VALUES ('a', 1, 'replaced'), ('a', NULL, 'another');
INSERT INTO down VALUES (NULL, 'd');
UPDATE down SET id = 6 WHERE v = 'b';
UPDATE down_required SET id = 7 WHERE id = -1;
