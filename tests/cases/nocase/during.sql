UPDATE ascii SET code = 'ANNA' WHERE id = 1;
-- fails
INSERT INTO ascii VALUES (4, 'BOB', '');
REPLACE INTO wide VALUES (6, 'ANNA');
INSERT INTO wide VALUES (7, 'Å'), (8, 'å');
-- fails
INSERT INTO wide VALUES (9, 'Anna');
UPDATE emoji SET code = 'I' WHERE id = 4;
REPLACE INTO keyed VALUES ('ANNA', 10);
UPDATE keyed SET code = 'anna' WHERE code = 'ANNA';
