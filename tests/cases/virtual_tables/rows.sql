INSERT INTO note VALUES (1, 'first', 'some words'), (2, 'second', 'other words');
INSERT INTO place VALUES (1, 0.5, 1.5);
INSERT INTO counted (v) VALUES ('a');
