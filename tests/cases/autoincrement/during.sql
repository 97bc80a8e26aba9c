INSERT INTO counted (v) VALUES ('after the gone one');
UPDATE counted SET id = 2000 WHERE id = 0;
UPDATE counted SET id = 0 WHERE id = 2000;
INSERT INTO plain (v) VALUES ('eight');
DELETE FROM plain WHERE id = 7;
INSERT INTO last VALUES (2, 'two');
