INSERT INTO t VALUES (1, 'a', 1, 1), (2, 'b', 1, 2), (3, 'c', 2, 1), (4, 'd', 2, 2), (5, NULL, NULL, 1), (6, 'f', 6, 6);
INSERT INTO settles VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4);
INSERT INTO keyless VALUES ('a', 1), ('b', 2), ('c', 3), (NULL, 4), (NULL, 5);
INSERT INTO replacing VALUES (1, 'a'), (2, 'b'), (3, 'c');
