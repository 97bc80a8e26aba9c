UPDATE t SET v = 'corrected' WHERE id = 2;
INSERT INTO other VALUES (2, 'z');
