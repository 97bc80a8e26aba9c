-- A row may enter or leave a partial unique index, or one of an expression, by a change of any column, and REPLACE then deletes what stands
-- in its way: trap 123.
CREATE TABLE seat (id INTEGER PRIMARY KEY, place INTEGER, taken INTEGER NOT NULL DEFAULT 1, holder TEXT);
CREATE UNIQUE INDEX seat_place ON seat (place) WHERE taken = 1;
CREATE UNIQUE INDEX seat_holder ON seat (lower(holder));
CREATE UNIQUE INDEX seat_both ON seat (place + 1, holder) WHERE holder IS NOT NULL AND taken <> 0;
CREATE INDEX seat_shown ON seat (holder) WHERE taken = 1;
