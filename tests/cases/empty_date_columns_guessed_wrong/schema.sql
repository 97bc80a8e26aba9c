-- Of an empty date column the form can only be guessed; the first values say better, and hold nothing up.
CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME, amount DECIMAL(10, 2), flag BOOLEAN, whole INTEGER, free);
