UPDATE blobs SET k = CAST(k || x'fe' AS BLOB), v = x'5c4e' WHERE k = x'0000';
DELETE FROM blobs WHERE k = x'00';
INSERT INTO blobs VALUES (x'', x'00');
UPDATE reals SET k = 0.1 + 0.2, v = v / 3 WHERE k = 0.1;
DELETE FROM reals WHERE k = 1e300;
INSERT INTO reals VALUES (1.7976931348623157e308, 2.2250738585072014e-308), (5e-324, -1e-7);
UPDATE texts SET v = v || char(0) || 'z' WHERE k = 'a' || char(0) || 'b';
DELETE FROM texts WHERE k = 'a';
