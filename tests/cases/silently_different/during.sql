UPDATE t SET n = 7, v = 'žluť', document = '{"a": "long"}' WHERE id = 1;
