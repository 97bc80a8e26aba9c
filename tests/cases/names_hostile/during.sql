UPDATE "select" SET "a`b" = '`', "c""d" = '"', "%s" = '%s' WHERE "from" = 2;
REPLACE INTO "select" ("from", "c""d") VALUES (3, 'b');
INSERT INTO "t able;--" VALUES (NULL, 3, -0.5);
DELETE FROM "t able;--" WHERE "'quoted'" = 1;
UPDATE "camelCase" SET "ID" = 2;
