"""As `makemigrations` wrote them."""
