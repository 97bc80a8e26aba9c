UPDATE t SET a = a - 1, g = 'much longer than before', n = 1e10, q = 1, s = 0 WHERE id = 1;
UPDATE strict_one SET r = 2, "any" = 'other' WHERE id = 1;
