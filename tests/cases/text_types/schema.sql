-- Names of text types: a declared length is kept where the data fits, and nothing is cut where it does not.
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  character CHARACTER, character_5 CHARACTER(5), nchar NCHAR(5), native NATIVE CHARACTER(5), char_ CHAR(5),
  varying VARYING CHARACTER(5), varchar VARCHAR, varchar_5 VARCHAR(5), spaced varchar ( 5 ), nvarchar NVARCHAR(5), exceeded VARCHAR(5),
  text TEXT, clob CLOB, tiny TINYTEXT, medium MEDIUMTEXT, long LONGTEXT, sized TEXT(10)
);
