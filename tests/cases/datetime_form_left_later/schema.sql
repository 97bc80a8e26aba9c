-- A date in another form than the others, written after the scan, holds its table, unless there is a form that all of them have:
-- traps 45 and 46.
CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME);
CREATE TABLE fraction (id INTEGER PRIMARY KEY, at DATETIME);
CREATE TABLE impossible (id INTEGER PRIMARY KEY, day DATE);
CREATE TABLE other (id INTEGER PRIMARY KEY, at DATETIME);
CREATE TABLE changed (id INTEGER PRIMARY KEY, at DATETIME);
