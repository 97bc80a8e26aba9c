"""Programs of other people, with schemas of their own, before and after their migration."""
