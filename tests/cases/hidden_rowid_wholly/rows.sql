INSERT INTO hidden VALUES ('x', 'y', 'z');
INSERT INTO plain VALUES (1);
