-- Infinities and -0.0 migrate once a person chooses that each value carries its class: traps 42 and 43.
CREATE TABLE t (id INTEGER PRIMARY KEY, r, n REAL);
