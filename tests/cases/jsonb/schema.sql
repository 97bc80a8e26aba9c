-- JSONB of SQLite is a BLOB of its own form: it arrives as the bytes that it is.
CREATE TABLE t (id INTEGER PRIMARY KEY, document JSONB, both JSONB);
