INSERT INTO keyless (rowid, v, n) VALUES (2, 'b', 2), (4, 'd', 4), (6, 'f', 6), (8, 'h', 8);
INSERT INTO nullable (rowid, k, n) VALUES (10, 'a', 1), (20, NULL, 2), (30, NULL, 3);
INSERT INTO keyed VALUES (2, 'b'), (4, 'd');
INSERT INTO texts (rowid, k, n) VALUES (5, 'a', 1), (50, 'b', 2);
