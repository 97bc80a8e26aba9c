-- A rename rewrites names in a trigger, but no text in it: trap 15.
CREATE TABLE before (id INTEGER PRIMARY KEY, v TEXT, other TEXT);
CREATE TABLE "first" (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE "second" (id INTEGER PRIMARY KEY, v TEXT);
