"""Columns and a key that came later: on SQLite the tables are rebuilt for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("thing") as batch:
        batch.add_column(sa.Column("word", sa.Enum("one", "two", name="word")))
        batch.create_unique_constraint("uq_thing_string_integer", ["string", "integer"])
    with op.batch_alter_table("part") as batch:
        batch.add_column(sa.Column("state", sa.String(20), server_default="new 'one'", nullable=False))
