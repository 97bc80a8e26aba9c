-- Rows that break a CHECK, written while it was not looked at, keep the constraint out of MySQL, and are named: trap 57.
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0), m INTEGER CHECK (m > 0));
