-- Bookkeeping in the user's SQLite database, all of it made and removed together.
--
-- The journal has one row per changed row. Its only key is the sequence, and every insert into it is a
-- plain one: an OR clause of the application's statement overrides conflict handling inside triggers, so
-- any other constraint here could lose a change or abort the application's write. No AUTOINCREMENT:
-- pruning keeps the newest row, which is cheaper and keeps the sequence from restarting.
CREATE TABLE _zdcdc_journal (seq INTEGER PRIMARY KEY, tbl INTEGER, op INTEGER, at REAL, $key_columns);

-- One row: the side that takes the application's writes, and since which switch (epoch).
CREATE TABLE _zdcdc_decision (
  id INTEGER PRIMARY KEY,
  migration_id TEXT,
  primary_side TEXT,
  epoch INTEGER,
  start_sequence INTEGER,
  state_directory TEXT,
  target TEXT,
  completed INTEGER,
  selection TEXT
);

-- The tables that take part: the number by which triggers name them, and how their values are mapped. A
-- generation grows when a table was changed in a way that the journal does not tell; resync says what the
-- target needs then. A table that cannot be followed is held, with the reason.
CREATE TABLE _zdcdc_tables (
  id INTEGER PRIMARY KEY,
  name TEXT,
  mapping TEXT,
  create_sql TEXT,
  rows_at_scan INTEGER,
  generation INTEGER,
  resync TEXT,
  held TEXT
);

-- The schema when capture was installed: what changes while no process runs is found by the next one.
CREATE TABLE _zdcdc_schema (type TEXT, name TEXT, tbl_name TEXT, sql TEXT);

-- One row with a rowid that VACUUM would not give it: without key and index, as VACUUM numbers such tables
-- anew. Where it has another rowid, so may rows have that are told apart by theirs.
CREATE TABLE _zdcdc_sentinel (purpose TEXT);
