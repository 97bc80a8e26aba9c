-- What is longer than a declared length, or finer than a declared scale, holds its table when it comes after the scan:
-- trap 41.
CREATE TABLE texts (id INTEGER PRIMARY KEY, code VARCHAR(3));
CREATE TABLE decimals (id INTEGER PRIMARY KEY, amount DECIMAL(4, 2));
CREATE TABLE other (id INTEGER PRIMARY KEY);
