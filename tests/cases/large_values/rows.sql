INSERT INTO t VALUES (1, zeroblob(3000000), printf('%.300000c', 'ž')), (2, randomblob(0), ''), (3, zeroblob(2000000), NULL);
