INSERT INTO misc VALUES
  (1, 9223372036854775807, x'00ff', 1, 'c', '2024-02-29', '2024-02-29 03:04:05.000006', 12.5, 0.1, 7, '{"b": 1, "a": [2.50]}',
   100, 0.1, -3, 's', 't', '03:04:05.000000', 'v', '2024-02-29 03:04:05.000000', 'm'),
  (2, 0, NULL, 0, NULL, NULL, NULL, NULL, 12.3456, 0, 'null', -0.0001, 1.0, 0, NULL, NULL, NULL, NULL, '1999-12-31 23:59:59.999999', NULL);
INSERT INTO media VALUES ('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'title', NULL);
INSERT INTO media_misc SELECT media.id, misc.id FROM media, misc;
