-- Create, copy, drop, rename: how Django and Alembic change a table. Its triggers are gone, without a word: trap 14.
CREATE TABLE django (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(10) NOT NULL, gone INTEGER);
CREATE TABLE alembic (id INTEGER NOT NULL, name VARCHAR, PRIMARY KEY (id));
CREATE TABLE child (id INTEGER PRIMARY KEY, django INTEGER REFERENCES django (id));
