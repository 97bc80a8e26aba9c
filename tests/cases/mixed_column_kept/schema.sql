-- Numbers and texts in one column keep their classes as text; a text that reads as a number holds its table.
CREATE TABLE kept (id INTEGER PRIMARY KEY, v, w BLOB);
CREATE TABLE other (id INTEGER PRIMARY KEY, v);
