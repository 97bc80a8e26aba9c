INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (-5, 'negative'), (9223372036854775807, 'last');
INSERT INTO texts VALUES ('a', 1), ('b', 2), ('', 3);
INSERT INTO pair VALUES (1, 'a', 0.5), (1, 'b', 1.5), (2, 'a', 2.5);
INSERT INTO keyless VALUES ('a'), ('b'), ('c');
INSERT INTO folded VALUES ('a', 1), ('B', 2);
