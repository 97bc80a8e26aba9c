INSERT INTO kept VALUES (1, 1, 'a', 'x'), (2, 'one', -7, 'y'), (3, 1.5, 1e300, ''), (4, NULL, NULL, NULL), (5, '1 ', '+1', '0x1'), (6, '-', '1.', '.5');
INSERT INTO refused VALUES (1, 1), (2, '1'), (3, 'one'), (4, '-1.5'), (5, '1e5');
