REPLACE INTO "Old Table" ("Old Key", "Old Text", "n ") VALUES (3, 'A', 60);
INSERT INTO "Old Table" ("Old Key", "Old Text") VALUES (4, 'é');
UPDATE child SET old = 3;
