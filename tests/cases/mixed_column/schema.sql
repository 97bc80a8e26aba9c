-- Numbers and texts in one column keep their classes as text; a text that reads as a number would not: it is refused with its keys.
CREATE TABLE kept (id INTEGER PRIMARY KEY, v, w BLOB, x TEXT);
CREATE TABLE refused (id INTEGER PRIMARY KEY, v);
