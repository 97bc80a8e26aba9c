-- Native JSON is there for who asks for it: what the documents say is kept, how they are written is not: trap 48.
CREATE TABLE t (id INTEGER PRIMARY KEY, document TEXT);
