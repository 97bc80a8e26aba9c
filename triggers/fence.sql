-- Calls a function that nobody registers, named by the message: the application's statement fails while it
-- is prepared, as an operational error that says where to go. RAISE(ABORT) would arrive as an integrity
-- error, which applications take for a duplicate and swallow, and would let statements pass that touch no
-- row.
CREATE TRIGGER $insert_fence BEFORE INSERT ON $table BEGIN
  SELECT $message();
END;

CREATE TRIGGER $update_fence BEFORE UPDATE ON $table BEGIN
  SELECT $message();
END;

CREATE TRIGGER $delete_fence BEFORE DELETE ON $table BEGIN
  SELECT $message();
END;
