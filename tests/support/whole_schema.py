"""A schema with a little of everything that a migration carries over, and hostile names."""

SCHEMA = """
CREATE TABLE kind (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT COLLATE NOCASE NOT NULL UNIQUE,
  name VARCHAR(40) NOT NULL DEFAULT 'none', rank INTEGER DEFAULT -1, ratio REAL DEFAULT 1.5,
  made TEXT DEFAULT CURRENT_TIMESTAMP, CONSTRAINT positive CHECK (ratio > 0), CHECK (length(code) < 20));
CREATE TABLE thing (id INTEGER PRIMARY KEY, kind INTEGER REFERENCES kind ON DELETE CASCADE,
  parent INTEGER REFERENCES thing (id) ON DELETE SET NULL, label TEXT, price REAL, deleted INTEGER,
  doubled REAL AS (price * 2) VIRTUAL, tripled REAL GENERATED ALWAYS AS (price * 3) STORED,
  CONSTRAINT positive CHECK (price >= 0), UNIQUE (kind, label COLLATE RTRIM));
CREATE UNIQUE INDEX thing_live ON thing (label) WHERE deleted = 0;
CREATE UNIQUE INDEX thing_cents ON thing (price * 1000 DESC, kind);
CREATE INDEX thing_price ON thing (price DESC, label);
CREATE INDEX thing_half ON thing (price / 2.0);
CREATE INDEX thing_cheap ON thing (price) WHERE price < 10;
CREATE TABLE long_text (id INTEGER PRIMARY KEY, body TEXT UNIQUE, raw BLOB UNIQUE);
CREATE TABLE pair (a TEXT COLLATE NOCASE NOT NULL, b INTEGER NOT NULL, v, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE child (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, code TEXT REFERENCES kind (code),
  FOREIGN KEY (y, x) REFERENCES grid (b, a) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE grid (a INTEGER, b INTEGER, UNIQUE (a, b));
CREATE TABLE cycle_a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES cycle_b);
CREATE TABLE cycle_b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES cycle_a);
CREATE TABLE keyless (v, w TEXT);
CREATE TABLE [Artist] ([ArtistId] INTEGER NOT NULL, [Name] NVARCHAR(120),
  CONSTRAINT [PK_Artist] PRIMARY KEY ([ArtistId]));
CREATE TABLE [Album] ([AlbumId] INTEGER NOT NULL, [Title] NVARCHAR(160) NOT NULL, [ArtistId] INTEGER NOT NULL,
  [UnitPrice] NUMERIC(10,2) NOT NULL DEFAULT 0.99, [Released] DATETIME, [Live] BOOLEAN NOT NULL DEFAULT FALSE,
  CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]), FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId])
  ON DELETE NO ACTION ON UPDATE NO ACTION);
CREATE UNIQUE INDEX [IPK_Album] ON [Album]([AlbumId]);
CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId]);
CREATE TABLE "sel`ect" ("x`y" INTEGER PRIMARY KEY, "tab	(" TEXT, "new
line" TEXT UNIQUE, "back\\" INTEGER, "; DROP--" INTEGER CHECK ("; DROP--" <> 5),
  "it's" TEXT DEFAULT 'a\\''b');
CREATE VIEW dear AS SELECT id, label, price FROM thing WHERE price > 2 ORDER BY price;
CREATE VIEW "vi`ew;" AS SELECT "x`y" AS "a`b", "back\\" FROM "sel`ect" JOIN dear ON dear.id = "x`y";
CREATE VIEW "of views" AS SELECT count(*) AS n FROM "vi`ew;";
CREATE VIEW odd AS SELECT sqlite_version() AS v;
CREATE TRIGGER touched AFTER UPDATE ON thing BEGIN SELECT 1; END;
CREATE INDEX "i`1;\\" ON "sel`ect" ("tab	(", "back\\");
CREATE UNIQUE INDEX "PRIMARY" ON "sel`ect" ("back\\") WHERE "; DROP--" > 0;
"""

ROWS = """
INSERT INTO kind (code, name) VALUES ('a', 'A'), ('B', 'b'), ('Ç', 'accent');
INSERT INTO thing (id, kind, parent, label, price, deleted) VALUES
  (1, 1, NULL, 'one', 1.5, 0), (2, 1, 1, 'two', 2.5, 0), (3, 2, 1, 'two', 3.5, 1),
  (4, NULL, NULL, NULL, NULL, NULL);
INSERT INTO long_text VALUES (1, printf('%2000d', 1), zeroblob(5000)),
  (2, printf('%2000d', 2), zeroblob(5001)), (3, NULL, NULL);
INSERT INTO pair VALUES ('Key', 1, 'v'), ('key', 2, NULL), ('other', 1, 'w');
INSERT INTO grid VALUES (1, 2), (2, 1), (NULL, 1);
INSERT INTO child VALUES (1, 1, 2, 'A'), (2, NULL, 2, NULL);
INSERT INTO cycle_a VALUES (1, NULL); INSERT INTO cycle_b VALUES (1, 1); UPDATE cycle_a SET b = 1;
INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
INSERT INTO Artist VALUES (1, 'AC/DC'), (2, 'Accept');
INSERT INTO Album VALUES (1, 'For Those', 1, 0.99, '2009-01-01 00:00:00', 1), (2, 'Balls', 2, 1.5, NULL, 0);
INSERT INTO "sel`ect" VALUES (1, 'tab', 'line', 7, 1, 'x'), (2, NULL, NULL, NULL, NULL, NULL);
"""
