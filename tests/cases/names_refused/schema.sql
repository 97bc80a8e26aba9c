-- MySQL's names have 64 characters, none beyond the basic plane, no space at the end, are never empty, and those of tables may
-- not differ by case alone: trap 52.
CREATE TABLE "trailing " (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, "a🍣" TEXT, "" TEXT, "c " TEXT);
CREATE TABLE "n1234567890123456789012345678901234567890123456789012345678901234" (id INTEGER PRIMARY KEY);
CREATE TABLE plain (id INTEGER PRIMARY KEY);
