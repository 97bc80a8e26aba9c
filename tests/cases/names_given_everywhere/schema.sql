-- A column or table that is given another name in MySQL has it in keys, CHECKs, generated columns, indexes and foreign keys, too: trap 52.
CREATE TABLE "Old Table" (
  "Old Key" INTEGER PRIMARY KEY,
  "Old Text" TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK ("Old Text" <> ''),
  "n " INTEGER DEFAULT 3,
  twice INTEGER AS ("n " * 2) STORED,
  CHECK ("n " < 100)
);
CREATE INDEX "by n" ON "Old Table" ("n " DESC);
CREATE UNIQUE INDEX "n once" ON "Old Table" ("n ") WHERE "n " > 50;
CREATE TABLE child (id INTEGER PRIMARY KEY, old INTEGER REFERENCES "Old Table" ("Old Key") ON DELETE CASCADE);
