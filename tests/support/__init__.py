"""Tools of the tests. They share no code with the product, so that a mistake there cannot hide here."""
