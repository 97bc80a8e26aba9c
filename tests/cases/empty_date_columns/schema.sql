-- A date column without a value follows the form that the other columns of the database have: trap 116.
CREATE TABLE written (id INTEGER PRIMARY KEY, a DATETIME, b DATETIME, c DATETIME, clock TIME);
CREATE TABLE never (id INTEGER PRIMARY KEY, at DATETIME, day DATE, clock TIME, stamp TIMESTAMP NOT NULL);
