-- A table without a key whose columns hide every name of the rowid has nothing that tells its rows apart: trap 8.
CREATE TABLE hidden (rowid TEXT, oid TEXT, _rowid_ TEXT);
CREATE TABLE plain (id INTEGER PRIMARY KEY);
