INSERT INTO t (id, wrapped) VALUES (2, 1);
