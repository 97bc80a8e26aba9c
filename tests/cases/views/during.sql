UPDATE item SET price = 1 WHERE id = 2;
