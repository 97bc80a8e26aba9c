INSERT INTO blobs VALUES (x'00', x'ff00'), (x'0000', x''), (x'ff', NULL);
INSERT INTO reals VALUES (0.1, 0.30000000000000004), (1e300, 5e-324), (-2.5, 2.0);
INSERT INTO texts VALUES ('a' || char(0) || 'b', 'x' || char(0)), ('a', char(0) || 'y'), ('''"\', '{"a": [1, null]}');
