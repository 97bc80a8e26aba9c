-- Views are carried over where all of their expressions are known to mean the same; the others are named and kept to be finished by
-- hand.
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL(8, 2), taken INTEGER);
CREATE VIEW cheap AS SELECT id, name FROM item WHERE price < 10 ORDER BY id;
CREATE VIEW cheap_names (n) AS SELECT name FROM cheap;
CREATE VIEW totals AS SELECT taken, COUNT(*) AS many, MAX(price) AS most FROM item GROUP BY taken;
CREATE VIEW recent AS SELECT id FROM item WHERE taken > strftime('%s', 'now');
CREATE VIEW halves AS SELECT taken / 2 AS half FROM item;
