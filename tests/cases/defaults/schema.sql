-- Defaults of all kinds; CURRENT_TIMESTAMP is UTC in SQLite and of the session in MySQL, and text has none but by an expression:
-- trap 58.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  n INTEGER DEFAULT -7,
  hex INTEGER DEFAULT 0x10,
  truth BOOLEAN DEFAULT TRUE,
  r REAL DEFAULT 1.5e3,
  price DECIMAL(6, 2) DEFAULT 9.99,
  short VARCHAR(20) DEFAULT 'it''s \ "x"',
  long TEXT DEFAULT '',
  none TEXT DEFAULT NULL,
  data BLOB DEFAULT x'00FF',
  sum INTEGER DEFAULT (1 + 2),
  joined TEXT DEFAULT ('a' || 'b'),
  dice INTEGER DEFAULT (abs(random()) % 6)
);
CREATE TABLE moments (
  id INTEGER PRIMARY KEY,
  at TEXT DEFAULT CURRENT_TIMESTAMP,
  day TEXT DEFAULT CURRENT_DATE,
  clock TEXT DEFAULT CURRENT_TIME,
  moment DATETIME DEFAULT CURRENT_TIMESTAMP,
  date DATE DEFAULT CURRENT_DATE,
  now TEXT DEFAULT (datetime('now'))
);
