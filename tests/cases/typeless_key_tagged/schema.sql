-- A key of any classes migrates once a person chooses that its values carry their class: trap 10.
CREATE TABLE t (k NOT NULL PRIMARY KEY, v TEXT);
