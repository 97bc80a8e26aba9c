INSERT INTO plain VALUES (1, 'a'), (2, NULL), (1, 'ignored');
INSERT INTO t VALUES ('a', 1), ('b', 1), ('c', 11);
