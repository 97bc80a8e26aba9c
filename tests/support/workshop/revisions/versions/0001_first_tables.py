"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "thing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("integer", sa.Integer()),
        sa.Column("small_integer", sa.SmallInteger()),
        sa.Column("big_integer", sa.BigInteger()),
        sa.Column("float", sa.Float()),
        sa.Column("double", sa.Double()),
        sa.Column("decimal_float", sa.Float(asdecimal=True)),
        sa.Column("numeric", sa.Numeric(12, 2)),
        sa.Column("float_numeric", sa.Numeric(10, 4, asdecimal=False)),
        sa.Column("string", sa.String(40)),
        sa.Column("text", sa.Text()),
        sa.Column("unicode", sa.Unicode(40)),
        sa.Column("unicode_text", sa.UnicodeText()),
        sa.Column("boolean", sa.Boolean()),
        sa.Column("date", sa.Date()),
        sa.Column("moment", sa.DateTime()),
        sa.Column("zoned", sa.DateTime(timezone=True)),
        sa.Column("time", sa.Time()),
        sa.Column("interval", sa.Interval()),
        sa.Column("binary", sa.LargeBinary()),
        sa.Column("json", sa.JSON()),
        sa.Column("null_json", sa.JSON(none_as_null=True)),
        sa.Column("uuid", sa.Uuid()),
        sa.Column("text_uuid", sa.Uuid(as_uuid=False)),
        sa.Column("plain_uuid", sa.Uuid(native_uuid=False)),
        sa.Column("color", sa.Enum("RED", "GREEN", name="color")),
        sa.Column("pickled", sa.PickleType()),
        sa.Column("made", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("changed", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("small_integer > -1000", name=op.f("ck_thing_small")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid", name=op.f("uq_thing_uuid")),
    )
    op.create_index(op.f("ix_thing_unicode"), "thing", ["unicode"])
    op.create_index("ix_thing_date_moment", "thing", ["date", "moment"])
    op.create_table(
        "part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["thing_id"], ["thing.id"], name=op.f("fk_part_thing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_part_thing_id"), "part", ["thing_id"])
