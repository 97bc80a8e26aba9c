-- Documents of many lines, as people store them: the comparison has to escape each newline, and must not take a minute for it.
CREATE TABLE t (id INTEGER PRIMARY KEY, document TEXT);
