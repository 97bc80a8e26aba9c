-- A table as SQLAlchemy makes it with each of its generic types.
CREATE TABLE misc (
  id INTEGER NOT NULL,
  big_integer_field BIGINT NOT NULL,
  blob_field BLOB,
  boolean_field BOOLEAN NOT NULL,
  char_field CHAR(255),
  date_field DATE,
  date_time_field DATETIME,
  decimal_field DECIMAL(10, 2),
  float_field DECIMAL(12, 4) NOT NULL,
  integer_field INTEGER NOT NULL,
  json_field JSON,
  numeric_field DECIMAL(12, 4) NOT NULL,
  real_field REAL NOT NULL,
  small_integer_field SMALLINT NOT NULL,
  string_field VARCHAR(255),
  text_field TEXT,
  time_field TIME,
  varchar_field VARCHAR(255),
  timestamp_field TIMESTAMP NOT NULL,
  my_type_field VARCHAR(255),
  PRIMARY KEY (id)
);
CREATE INDEX ix_misc_blob_field ON misc (blob_field);
CREATE TABLE media (id CHAR(64) NOT NULL, title VARCHAR(255) NOT NULL, description VARCHAR(255), PRIMARY KEY (id));
CREATE INDEX ix_media_title ON media (title);
CREATE TABLE media_misc (
  media_id CHAR(64) NOT NULL,
  misc_id INTEGER NOT NULL,
  PRIMARY KEY (media_id, misc_id),
  FOREIGN KEY(media_id) REFERENCES media (id),
  FOREIGN KEY(misc_id) REFERENCES misc (id)
);
