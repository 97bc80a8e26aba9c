-- A REAL in a DECIMAL column is the double nearest to its decimal, and comes back as it; where it is not, the column stays DOUBLE:
-- trap 116.
CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(10, 2) NOT NULL, free NUMERIC, fine DECIMAL, sums DECIMAL(10, 2), large NUMERIC);
