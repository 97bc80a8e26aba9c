-- With foreign keys off SQLite takes rows without a parent, and InnoDB looks at none while its check is off: trap 56.
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent ON DELETE CASCADE);
