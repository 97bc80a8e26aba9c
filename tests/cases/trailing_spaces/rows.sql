INSERT INTO t VALUES
  ('x', 'a'), ('x ', 'a '), ('X', 'A'), ('x' || char(0), 'a' || char(9)), ('é', 'é'),
  ('e' || char(0x301), 'e' || char(0x301)), ('ss', 'ß');
INSERT INTO pair VALUES ('x', 'x '), ('x ', 'x'), ('x', 'x'), ('', ' '), (' ', '');
