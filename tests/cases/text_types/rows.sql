INSERT INTO t VALUES
  (1, 'more than one', 'five5', 'a', 'b ', '  c', 'd', printf('%.300c', 'v'), '🍣🍣🍣🍣🍣', 'x', 'y', 'six six',
   printf('%.70000c', 't'), 'c', printf('%.300c', 'x'), 'm', '', 'longer than ten');
