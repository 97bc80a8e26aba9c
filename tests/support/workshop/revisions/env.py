"""How Alembic reaches the database of the application."""

from __future__ import annotations

from alembic import context

from tests.support.workshop.models import Base
from tests.support.workshop.place import engine

with engine().connect() as connection:
    # Batch mode, as every application on SQLite needs it.
    context.configure(connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
