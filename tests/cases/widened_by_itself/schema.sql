-- A column may be told to take the type that the data needs, without waiting for a person.
CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(3), amount DECIMAL(4, 2), n INTEGER);
