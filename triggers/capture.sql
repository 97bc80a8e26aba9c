-- Records which key changed, never the values: the row is read again in the snapshot in which the journal
-- is read, so that the order of the application's own triggers, columns added later and conflict clauses
-- cannot make a recorded image wrong. Tables go by number: a rename rewrites names in a trigger, but not
-- string literals.
CREATE TRIGGER $insert_trigger AFTER INSERT ON $table BEGIN
  INSERT INTO _zdcdc_journal (tbl, op, at, $keys) VALUES ($id, 1, julianday('now'), $new_key);
END;

-- A changed key is two changes: the old key is gone. Compared byte for byte, since 'a' and 'A' may be one
-- key for SQLite and are two for the target.
CREATE TRIGGER $update_trigger AFTER UPDATE ON $table BEGIN
  INSERT INTO _zdcdc_journal (tbl, op, at, $keys) SELECT $id, 3, julianday('now'), $old_key WHERE $key_changed;
  INSERT INTO _zdcdc_journal (tbl, op, at, $keys) VALUES ($id, 2, julianday('now'), $new_key);
END;

CREATE TRIGGER $delete_trigger AFTER DELETE ON $table BEGIN
  INSERT INTO _zdcdc_journal (tbl, op, at, $keys) VALUES ($id, 3, julianday('now'), $old_key);
END;
