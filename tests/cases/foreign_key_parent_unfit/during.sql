UPDATE child SET good = 1;
INSERT INTO child VALUES (2, NULL, 'other', NULL, NULL, NULL, NULL);
