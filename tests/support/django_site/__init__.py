"""A small Django project: the contrib applications and models with every kind of field."""
