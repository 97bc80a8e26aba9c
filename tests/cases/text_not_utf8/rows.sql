INSERT INTO t VALUES (1, 'good', x'ff'), (2, CAST(x'61e28262' AS TEXT), NULL), (3, CAST(x'eda080' AS TEXT), x'00');
