-- MySQL would make 1 of the key 0, and count on from its own idea of the highest key: trap 53.
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
CREATE TABLE plain (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE last (id INTEGER PRIMARY KEY, v TEXT);
