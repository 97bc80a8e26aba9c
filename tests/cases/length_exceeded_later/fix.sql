UPDATE texts SET code = 'd' WHERE id = 2;
