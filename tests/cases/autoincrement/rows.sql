INSERT INTO counted VALUES (0, 'zero'), (-1, 'negative'), (-9223372036854775808, 'least'), (5, 'five'), (1000, 'gone');
DELETE FROM counted WHERE id = 1000;
INSERT INTO plain VALUES (0, 'zero'), (7, 'seven');
INSERT INTO last VALUES (9223372036854775807, 'last'), (1, 'one');
