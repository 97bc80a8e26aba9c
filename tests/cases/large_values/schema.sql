-- A blob is twice its size as digits, and a batch of them more than a packet: batches go by size: trap 60.
CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB, v TEXT);
