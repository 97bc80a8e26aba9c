INSERT INTO t VALUES (1, 'a', x'00ff'), (2, 'b', NULL);
INSERT INTO keyless VALUES (1), (1.5);
