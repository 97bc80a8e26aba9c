-- A server may take dates that are none, such as '0000-00-00'; they stay text: trap 47.
CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, at DATETIME, leap DATE, ancient DATE);
