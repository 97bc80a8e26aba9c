-- An UPSERT fires update triggers only, DO NOTHING fires none, OR FAIL keeps what came before the failure, OR ROLLBACK
-- nothing of its transaction: trap 4.
CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER NOT NULL DEFAULT 0);
