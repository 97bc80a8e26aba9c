"""An application on SQLAlchemy whose schema is Alembic's, with every generic type."""
