UPDATE t SET document = '{"a": {"deep": [true, false]}, "longer": "x"}' WHERE id = 2;
INSERT INTO t VALUES (4, 'null'), (5, '"a text"');
