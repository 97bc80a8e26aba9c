-- A text that is not UTF-8 and is written after the scan holds its table until it is corrected: traps 37 and 44.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT);
