INSERT INTO seat VALUES (1, 1, 1, 'Anna'), (2, 1, 0, 'Bob'), (3, 2, 1, NULL), (4, NULL, 1, 'É'), (5, NULL, 1, 'é'), (6, 2, 0, NULL);
