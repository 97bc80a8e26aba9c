-- Columns may be called rowid, oid or _rowid_ and hide the real one: trap 8.
CREATE TABLE one (rowid TEXT, v INTEGER);
CREATE TABLE two (rowid TEXT, OID BLOB, v INTEGER);
CREATE TABLE keyed ("_ROWID_" TEXT, oid TEXT, rowid INTEGER PRIMARY KEY);
