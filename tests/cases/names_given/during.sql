UPDATE "trailing " SET "a🍣" = 'b' WHERE id = 2;
REPLACE INTO "trailing " VALUES (3, 'a', 'replaced');
INSERT INTO "trailing " (id) VALUES (4);
DELETE FROM child;
