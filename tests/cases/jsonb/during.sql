UPDATE t SET document = x'0b' WHERE id = 2;
