UPDATE before SET v = 'written before' WHERE id = 1;
ALTER TABLE before RENAME TO after;
INSERT INTO after VALUES (3, 'c', 'z');
ALTER TABLE after RENAME COLUMN other TO another;
UPDATE after SET another = 'w' WHERE id = 2;
-- Two tables that change their names with each other.
BEGIN;
ALTER TABLE "first" RENAME TO third;
ALTER TABLE "second" RENAME TO "first";
ALTER TABLE third RENAME TO "second";
COMMIT;
UPDATE "first" SET v = 'was second' WHERE id = 1;
