UPDATE t SET data = zeroblob(2500000) WHERE id < 3;
INSERT INTO t VALUES (4, x'00', printf('%.1000c', '\'));
