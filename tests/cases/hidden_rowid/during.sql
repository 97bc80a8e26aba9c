UPDATE one SET rowid = 'y' WHERE v = 2;
DELETE FROM one WHERE oid = 1;
INSERT INTO two VALUES ('z', NULL, 2);
UPDATE two SET v = 5 WHERE _rowid_ = 2;
UPDATE keyed SET "_rowid_" = 'c', rowid = 8;
