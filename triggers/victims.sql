-- REPLACE deletes the rows that stand in its way without firing their DELETE triggers, unless the
-- application's connection has recursive_triggers on. So every row that a new row may replace is recorded
-- before: those that match any unique key of it. One that survives after all does no harm, as its row is
-- read again.
CREATE TRIGGER $before_insert_trigger BEFORE INSERT ON $table BEGIN
  $insert_victims
END;

CREATE TRIGGER $before_update_trigger BEFORE UPDATE $of ON $table BEGIN
  $update_victims
END;
