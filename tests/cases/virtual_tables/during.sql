INSERT INTO note VALUES (3, 'third', 'more words');
INSERT INTO place VALUES (2, 2.0, 3.0);
INSERT INTO counted (v) VALUES ('b');
UPDATE sqlite_sequence SET seq = 100 WHERE name = 'counted';
INSERT INTO counted (v) VALUES ('c');
