"""Its tables."""

from __future__ import annotations

import enum
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}


def utc_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)


class Color(enum.Enum):
    """The names are what is stored."""

    RED = 1
    GREEN = 2


class Thing(Base):
    """A column of each generic type."""

    __tablename__ = "thing"
    __table_args__ = (
        sa.UniqueConstraint("string", "integer"),
        sa.CheckConstraint("small_integer > -1000", name="small"),
        sa.Index("ix_thing_date_moment", "date", "moment"),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    integer: Mapped[int | None] = mapped_column(sa.Integer)
    small_integer: Mapped[int | None] = mapped_column(sa.SmallInteger)
    big_integer: Mapped[int | None] = mapped_column(sa.BigInteger)
    float: Mapped[Any] = mapped_column(sa.Float, nullable=True)
    double: Mapped[Any] = mapped_column(sa.Double, nullable=True)
    decimal_float: Mapped[Decimal | None] = mapped_column(sa.Float(asdecimal=True))
    numeric: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    float_numeric: Mapped[Any] = mapped_column(sa.Numeric(10, 4, asdecimal=False), nullable=True)
    string: Mapped[str | None] = mapped_column(sa.String(40))
    text: Mapped[str | None] = mapped_column(sa.Text)
    unicode: Mapped[str | None] = mapped_column(sa.Unicode(40), index=True)
    unicode_text: Mapped[str | None] = mapped_column(sa.UnicodeText)
    boolean: Mapped[bool | None] = mapped_column(sa.Boolean)
    date: Mapped[date | None] = mapped_column(sa.Date)
    moment: Mapped[datetime | None] = mapped_column(sa.DateTime)
    zoned: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    time: Mapped[time | None] = mapped_column(sa.Time)
    interval: Mapped[timedelta | None] = mapped_column(sa.Interval)
    binary: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    json: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    null_json: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    uuid: Mapped[UUID | None] = mapped_column(sa.Uuid, unique=True)
    text_uuid: Mapped[str | None] = mapped_column(sa.Uuid(as_uuid=False))
    plain_uuid: Mapped[UUID | None] = mapped_column(sa.Uuid(native_uuid=False))
    color: Mapped[Color | None] = mapped_column(sa.Enum(Color))
    word: Mapped[str | None] = mapped_column(sa.Enum("one", "two", name="word"))
    pickled: Mapped[Any] = mapped_column(sa.PickleType, nullable=True)
    made: Mapped[datetime] = mapped_column(sa.DateTime, server_default=sa.func.now())
    changed: Mapped[datetime] = mapped_column(sa.DateTime, server_default=sa.func.now(), onupdate=utc_now)
    parts: Mapped[list[Part]] = relationship(back_populates="thing", order_by="Part.position")


class Part(Base):
    """A row that belongs to another, with a UUID of its own as its key."""

    __tablename__ = "part"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    thing_id: Mapped[int] = mapped_column(sa.ForeignKey(Thing.id, ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(server_default=sa.text("0"))
    state: Mapped[str] = mapped_column(sa.String(20), server_default="new 'one'")
    thing: Mapped[Thing] = relationship(back_populates="parts")
