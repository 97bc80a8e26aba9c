UPDATE t SET h = printf('%.1000c', 'h'), r = printf('%.2000c', 'r');
