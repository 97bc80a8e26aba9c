-- An index of InnoDB holds 3,072 bytes, and a UNIQUE of a prefix refuses what differs behind it: a hash of the whole keeps long
-- texts unique: trap 51.
CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT UNIQUE, also TEXT);
CREATE INDEX t_also ON t (also);
