-- REPLACE, UPDATE OR REPLACE and ON CONFLICT REPLACE delete rows without firing their DELETE triggers: traps 1 and
-- 32 (the connection that does it has never seen zdcdc).
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INTEGER, c INTEGER, UNIQUE (b, c));
CREATE TABLE settles (a TEXT NOT NULL PRIMARY KEY ON CONFLICT REPLACE, b INTEGER UNIQUE ON CONFLICT REPLACE);
CREATE TABLE keyless (a TEXT, b INTEGER);
CREATE UNIQUE INDEX keyless_a ON keyless (a);
CREATE TABLE replacing (id INTEGER PRIMARY KEY, a TEXT UNIQUE);
