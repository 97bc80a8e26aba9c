-- MySQL's JSON reorders keys and rewrites numbers: JSON stays the text that it is: trap 48.
CREATE TABLE t (id INTEGER PRIMARY KEY, document JSON, note TEXT);
