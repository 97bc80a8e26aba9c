INSERT INTO _zdcdc_journal (tbl, op, at, $keys) SELECT $id, 3, julianday('now'), $row_key FROM $table WHERE $match;
