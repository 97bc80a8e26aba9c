UPDATE OR REPLACE seat SET taken = 1 WHERE id = 2;
-- fails
UPDATE seat SET taken = 1 WHERE id = 6;
REPLACE INTO seat VALUES (7, 9, 0, 'BOB');
UPDATE seat SET taken = 0 WHERE id = 3;
UPDATE seat SET taken = 1 WHERE id = 6;
INSERT INTO seat VALUES (8, 5, 1, 'x'), (9, 5, 0, 'y');
UPDATE OR REPLACE seat SET place = 5, taken = 1 WHERE id = 4;
