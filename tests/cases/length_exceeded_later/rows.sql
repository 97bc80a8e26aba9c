INSERT INTO texts VALUES (1, 'abc');
INSERT INTO decimals VALUES (1, 12.25);
