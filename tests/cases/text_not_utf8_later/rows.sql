INSERT INTO t VALUES (1, 'a'), (2, 'b');
INSERT INTO other VALUES (1, 'x');
