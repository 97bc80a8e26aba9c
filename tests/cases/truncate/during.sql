DELETE FROM t;
DELETE FROM keyless;
DELETE FROM pair;
INSERT INTO t VALUES (5, 'again');
INSERT INTO keyless VALUES ('again');
