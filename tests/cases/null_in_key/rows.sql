INSERT INTO texts VALUES ('a', 1), (NULL, 2), (NULL, 3);
INSERT INTO pair VALUES ('a', 1, 'x'), ('a', NULL, 'y'), ('a', NULL, 'z'), (NULL, NULL, 'w');
INSERT INTO down VALUES (5, 'a'), (NULL, 'b'), (NULL, 'c');
INSERT INTO down_required VALUES (5, 'a'), (-1, 'b');
