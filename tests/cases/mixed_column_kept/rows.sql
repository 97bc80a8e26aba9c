INSERT INTO kept VALUES (1, 1, 'a'), (2, 'one', -7), (3, 1.5, 1e300), (4, NULL, NULL), (5, '1 ', '+1'), (6, '-', '0x1'), (7, 'inf', 0.1);
INSERT INTO other VALUES (1, 1), (2, 'one');
