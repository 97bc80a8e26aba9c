CREATE TRIGGER stamps AFTER INSERT ON t BEGIN
  UPDATE t SET v = 'new ' || NEW.id WHERE id = NEW.id;
END;
CREATE TRIGGER raises BEFORE UPDATE OF n ON t BEGIN
  INSERT OR REPLACE INTO other (v) VALUES ('t ' || NEW.n);
  UPDATE t SET v = OLD.v || '!' WHERE id = OLD.id;
END;
CREATE TRIGGER returns AFTER DELETE ON t BEGIN
  INSERT INTO t VALUES (OLD.id + 1000, OLD.v, NULL);
END;
-- caught up
INSERT INTO t (v, n) VALUES ('d', 4);
CREATE TRIGGER fails AFTER UPDATE OF v ON other WHEN NEW.v = 'last' BEGIN
  SELECT RAISE(FAIL, 'kept all the same');
END;
INSERT INTO t (v, n) VALUES ('c', 3);
UPDATE t SET n = n * 2;
DELETE FROM t WHERE id = 1;
-- Ours are made again, to be the newest: from then on no statement is hidden that fails and keeps what it wrote.
-- caught up
-- fails
UPDATE other SET v = 'last' WHERE id = 1;
