-- The OR clause of the application's statement overrides conflict handling inside triggers: traps 3 and 36.
CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER NOT NULL CHECK (n < 100));
CREATE TABLE log (n INTEGER PRIMARY KEY, what TEXT UNIQUE);
CREATE TRIGGER writes AFTER INSERT ON t BEGIN
  INSERT OR REPLACE INTO log (what) VALUES ('t ' || NEW.code);
END;
CREATE TRIGGER refuses BEFORE INSERT ON t WHEN NEW.n = 13 BEGIN
  SELECT RAISE(ABORT, 'not 13');
END;
