INSERT INTO "select" VALUES (1, 'a', 'b', 'c', 'd', 'e'), (2, NULL, NULL, '%', '', 'ž');
INSERT INTO "t able;--" VALUES ('x', 1, 0.5);
INSERT INTO "camelCase" VALUES (1, 'g');
