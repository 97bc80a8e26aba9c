-- Triggers of the application would double their effects in MySQL while it is written from here; they are listed with their text
-- and never translated: trap 59.
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, changed INTEGER DEFAULT 0);
CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER t_changed AFTER UPDATE OF v ON t BEGIN
  UPDATE t SET changed = changed + 1 WHERE id = NEW.id;
  INSERT INTO audit (what) VALUES (OLD.v || ' to ' || NEW.v);
END;
