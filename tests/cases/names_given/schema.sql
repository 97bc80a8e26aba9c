-- Names that MySQL refuses are given others by a person: trap 52.
CREATE TABLE "trailing " (id INTEGER PRIMARY KEY, "a🍣" TEXT UNIQUE, "c " TEXT DEFAULT 'x');
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES "trailing " (id), " c" TEXT);
CREATE INDEX "index " ON "trailing " ("c ");
