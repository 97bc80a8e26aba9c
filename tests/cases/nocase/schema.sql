-- NOCASE folds ASCII alone, while collations that fold make É/é or 🍣/🍺 equal, some of them: trap 50. A column that MySQL
-- would fold in another way stays binary; a unique key of it has a twin that folds as SQLite does.
CREATE TABLE ascii (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, note TEXT COLLATE NOCASE);
CREATE TABLE wide (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE emoji (id INTEGER PRIMARY KEY, code TEXT NOT NULL COLLATE NOCASE, UNIQUE (code));
CREATE TABLE keyed (code TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, v INTEGER);
