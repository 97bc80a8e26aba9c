INSERT INTO t VALUES (1, 'Anna');
INSERT INTO other VALUES (1, 'Anna');
