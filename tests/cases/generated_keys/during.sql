REPLACE INTO t (id, base, title) VALUES (4, 18, 'four'), (5, 5, 'TWO');
UPDATE OR REPLACE t SET base = 20 WHERE id = 5;
UPDATE pair SET b = 'y' WHERE a = 1;
REPLACE INTO pair (a, b) VALUES (2, 'x');
UPDATE child SET slot = 3 WHERE id = 2;
