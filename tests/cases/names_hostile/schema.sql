-- Every other name stays as it is, whatever it holds: trap 52.
CREATE TABLE "select" ("from" INTEGER PRIMARY KEY, "a`b" TEXT, "c""d" TEXT UNIQUE, "%s" TEXT, "{}" TEXT, "žluť 数" TEXT);
CREATE TABLE "t able;--" (" x" TEXT, "'quoted'" INTEGER NOT NULL REFERENCES "select" ("from"), "[a]" REAL);
CREATE INDEX "a b`c" ON "select" ("%s" DESC, "{}");
CREATE TABLE "camelCase" ("ID" INTEGER PRIMARY KEY, "Group" TEXT);
