INSERT INTO ascii VALUES (1, 'Anna', 'Some Words'), (2, 'bob', 'some words'), (3, NULL, NULL);
INSERT INTO wide VALUES (1, 'É'), (2, 'é'), (3, 'Straße'), (4, 'STRASSE'), (5, 'anna');
INSERT INTO emoji VALUES (1, '🍣'), (2, '🍺'), (3, 'ı'), (4, 'i');
INSERT INTO keyed VALUES ('Anna', 1), ('É', 2), ('é', 3);
