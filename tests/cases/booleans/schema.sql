-- A declared boolean that holds 0 and 1 becomes TINYINT(1); anything else keeps it an integer, or holds the table.
CREATE TABLE t (id INTEGER PRIMARY KEY, flag BOOLEAN NOT NULL, "empty" BOOL, more BOOLEAN, words BOOLEAN);
