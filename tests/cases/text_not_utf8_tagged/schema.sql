-- Texts of any bytes migrate once a person chooses that each value carries its class: traps 37 and 44.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, data BLOB);
