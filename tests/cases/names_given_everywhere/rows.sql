INSERT INTO "Old Table" ("Old Key", "Old Text", "n ") VALUES (1, 'a', 1), (2, 'É', 60);
INSERT INTO child VALUES (1, 1), (2, 2);
