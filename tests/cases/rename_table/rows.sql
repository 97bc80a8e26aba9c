INSERT INTO before VALUES (1, 'a', 'x'), (2, 'b', 'y');
INSERT INTO "first" VALUES (1, 'first');
INSERT INTO "second" VALUES (1, 'second'), (2, 'second');
