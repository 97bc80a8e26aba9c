ALTER TABLE t DROP COLUMN gone;
ALTER TABLE t ADD COLUMN added TEXT DEFAULT 'new';
ALTER TABLE t ADD COLUMN "more of it" REAL;
UPDATE t SET "more of it" = 0.1, added = NULL WHERE id = 2;
REPLACE INTO t (id, v, code) VALUES (5, 'replaces', 'c1');
