INSERT INTO one VALUES ('x', 1), ('x', 2), (NULL, 3);
INSERT INTO two VALUES ('x', x'01', 1), ('x', x'01', 1);
INSERT INTO keyed VALUES ('a', 'b', 7);
