-- Indexes of every kind: unique or not, of texts long and short, of blobs, of several columns, descending, twice the same.
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB, c VARCHAR(20), n INTEGER, r REAL, d DATE, e DECIMAL(5, 2), UNIQUE (c, n), UNIQUE (n, r));
CREATE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (b);
CREATE INDEX t_again ON t (a);
CREATE INDEX t_many ON t (n, c DESC, d, e, a);
CREATE UNIQUE INDEX t_unique ON t (b, n);
CREATE INDEX t_down ON t (d DESC);
CREATE TABLE other (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX other_a ON other (a);
