-- Triggers on one event fire newest first: those that the application makes later write before ours record: trap 5.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n INTEGER);
CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT UNIQUE);
