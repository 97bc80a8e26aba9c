INSERT INTO t VALUES (9, 'a', 10), (10, 'j', 10) ON CONFLICT (code) DO UPDATE SET n = n + excluded.n, code = 'aa';
INSERT INTO t VALUES (2, 'x', 5) ON CONFLICT (id) DO UPDATE SET id = 20;
INSERT INTO t VALUES (3, 'y', 5) ON CONFLICT DO NOTHING;
INSERT INTO t VALUES (1, 'z', 5) ON CONFLICT (id) DO UPDATE SET n = -1 WHERE n > 1000;
-- fails
INSERT OR FAIL INTO t VALUES (30, 'new', 1), (31, 'newer', 2), (32, 'c', 3), (33, 'never', 4);
-- fails
UPDATE OR FAIL t SET n = n + 100, code = CASE id WHEN 30 THEN 'newer' ELSE code END;
BEGIN;
INSERT INTO t VALUES (40, 'undone', 1);
-- fails
INSERT OR ROLLBACK INTO t VALUES (41, 'c', 1);
SAVEPOINT outer_one;
INSERT INTO t VALUES (50, 'kept', 1);
SAVEPOINT inner_one;
UPDATE t SET n = -5;
ROLLBACK TO inner_one;
RELEASE outer_one;
