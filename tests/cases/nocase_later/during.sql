INSERT INTO t VALUES (2, 'É'), (3, 'é');
UPDATE other SET code = 'BOB';
-- caught up
INSERT INTO t VALUES (4, 'Å'), (5, 'å');
