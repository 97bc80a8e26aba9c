UPDATE t SET v = v || '!';
UPDATE t SET v = 'c' WHERE id = 1;
