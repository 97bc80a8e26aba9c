-- VACUUM gives the rows of a table without an INTEGER PRIMARY KEY other rowids: trap 7. What has a key of its own is not
-- concerned.
CREATE TABLE keyless (v TEXT, n INTEGER);
CREATE TABLE nullable (k TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE keyed (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE texts (k TEXT NOT NULL PRIMARY KEY, n INTEGER);
