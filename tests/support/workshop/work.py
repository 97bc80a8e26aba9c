"""What the application's processes do; each command of `COMMANDS` is one process."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError, SAWarning
from sqlalchemy.orm import Session

from tests.support.exact import exact_rows
from tests.support.workshop.models import Base, Color, Part, Thing, utc_now
from tests.support.workshop.place import alembic, engine

Answer = dict[str, Any]
UTC = timezone.utc
MODELS: tuple[type[Base], ...] = (Thing, Part)


def first_things() -> list[Thing]:
    """Values at the edges of each type."""
    return [
        Thing(string="nothing"),
        Thing(
            string="usual",
            integer=1,
            small_integer=-999,
            big_integer=2**62 + 1,
            float=0.1,
            double=1.7976931348623157e308,
            decimal_float=Decimal("0.25"),
            numeric=Decimal("0.10"),
            float_numeric=0.5,
            text="Two lines,\n a tab\t. ž🐎\\'",
            unicode="Case",
            unicode_text="",
            boolean=True,
            date=date(2024, 2, 29),
            moment=datetime(2024, 2, 29, 12),
            zoned=datetime(2024, 2, 29, 12, 0, 0, 5, UTC),
            time=time(12, 30),
            interval=timedelta(days=3, microseconds=5),
            binary=b"\0\xff\\N'",
            json={"b": [1, 2.5, 2**60, None, True, "ž🐎"], "a": {"": {}}},
            null_json=[],
            uuid=uuid.UUID("0123456789ab4def8123456789abcdef"),
            text_uuid="00000000-0000-0000-0000-0000000001e5",
            plain_uuid=uuid.UUID(int=1),
            color=Color.RED,
            word="one",
            pickled={"set": {1}, "when": date(2024, 2, 29)},
        ),
        Thing(
            string="edges",
            integer=-(2**31),
            big_integer=-(2**63),
            float=-1.5e-300,
            double=5.0,
            numeric=Decimal("-9999999999.99"),
            float_numeric=-7.5,
            unicode="case",
            boolean=False,
            date=date(1000, 1, 1),
            moment=datetime(1000, 1, 1, 0, 0, 0, 1),
            zoned=datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
            time=time(23, 59, 59, 999999),
            interval=timedelta(microseconds=-1),
            binary=b"",
            json=None,
            null_json=None,
            uuid=uuid.UUID(int=2**128 - 1),
            color=Color.GREEN,
            word="two",
            pickled=None,
        ),
        # A column declared JSON has numeric affinity in SQLite: these become numbers there.
        Thing(string="a whole number in JSON", json=123, null_json=-1, numeric=Decimal(5)),
        Thing(string="a fraction in JSON", json=1.5, null_json=2**53, numeric=Decimal("1e9")),
        Thing(string="texts in JSON", json="123", null_json="1e5", time=time(0), interval=timedelta(0)),
        Thing(string="true in JSON", json=True, null_json={"1": 1}, unicode="case ", text="a\0b"),
    ]


def later_things(suffix: str) -> list[Thing]:
    """Things that are made while the migration runs, and after it."""
    return [
        Thing(
            string=f"later {suffix}",
            integer=7,
            float=1e-7,
            decimal_float=Decimal("1.5"),
            numeric=Decimal("19.99"),
            float_numeric=0.0625,
            unicode=f"🐎 {suffix}",
            boolean=True,
            date=date(2024, 6, 30),
            moment=datetime(2024, 6, 30, 23, 59, 59, 999999),
            zoned=datetime(2024, 6, 30, tzinfo=UTC),
            time=time(1, 2, 3, 40),
            interval=timedelta(hours=30),
            binary=suffix.encode(),
            json={"suffix": suffix},
            null_json=["a", 1],
            uuid=uuid.uuid5(uuid.NAMESPACE_OID, suffix),
            text_uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, suffix)),
            plain_uuid=uuid.uuid5(uuid.NAMESPACE_DNS, suffix),
            color=Color.GREEN,
            word="two",
            pickled=[suffix],
            parts=[Part(id=uuid.uuid5(uuid.NAMESPACE_X500, suffix), position=1)],
        ),
        Thing(string=f"later {suffix}", json=suffix),
    ]


def fill() -> Answer:
    """The schema by its revisions, and rows."""
    command.upgrade(alembic(), "head")
    with Session(engine()) as session, session.begin():
        session.add_all(first_things())
        session.flush()
        usual = session.scalars(sa.select(Thing).where(Thing.string == "usual")).one()
        usual.parts = [Part(id=uuid.UUID(int=n), position=n) for n in (3, 1, 2)]
    return {}


def change() -> Answer:
    """What the application does while it is copied; all its rows after it are the answer."""
    with Session(engine()) as session, session.begin():
        session.add_all(later_things("before"))
        named = {thing.string: thing for thing in session.scalars(sa.select(Thing))}
        named["usual"].moment = datetime(2024, 2, 29, 12, 0, 0, 7)
        named["usual"].parts[0].state = "moved"
        named["edges"].numeric = Decimal("0.01")
        named["edges"].json = 7
        session.delete(named["nothing"])
    return rows()


def rows() -> Answer:
    """Every row of every table, as the ORM reads it."""
    with Session(engine()) as session:
        return {
            "rows": {
                model.__name__: exact_rows(
                    session.scalars(sa.select(model)), [column.name for column in model.__table__.columns]
                )
                for model in MODELS
            }
        }


def use() -> Answer:
    """Work on the migrated data. The answer: what was there before, the revision, and how the schema differs
    from the models apart from types."""
    before = rows()
    with Session(engine()) as session, session.begin():
        session.add_all(later_things("after"))
    check_written()
    check_questions()
    check_refused()
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = [str(difference) for difference in compare_metadata(context, Base.metadata)]
        (head,) = ScriptDirectory.from_config(alembic()).get_heads()
        revision = {"head": head, "current": context.get_current_revision()}
    command.upgrade(alembic(), "head")
    return {**before, **revision, "differences": differences}


def check_written() -> None:
    """New rows come back as they were written, with the defaults of the server."""
    with Session(engine()) as session:
        for wish in later_things("after"):
            same = (Thing.string == wish.string, Thing.integer.is_not_distinct_from(wish.integer))
            found = session.scalars(sa.select(Thing).where(*same)).one()
            for name, value in sa.inspect(wish).dict.items():
                if name in ("_sa_instance_state", "parts"):
                    continue
                expected = value.replace(tzinfo=None) if name == "zoned" and value else value
                assert getattr(found, name) == expected, name
            assert abs(found.made - utc_now()) < timedelta(minutes=5)
            assert abs(found.changed - utc_now()) < timedelta(minutes=5)
        assert found.parts == []
        (part,) = session.scalars(sa.select(Part).join(Thing).where(Thing.string == "later after"))
        assert (part.state, part.position) == ("new 'one'", 1)
        found.float_numeric = 0.25
        session.commit()
        assert found.changed.tzinfo is None
        assert found.float_numeric == 0.25


def check_questions() -> None:
    """The database finds what Python finds."""
    usual = Thing.string == "usual"
    for condition, names in (
        (Thing.uuid == uuid.UUID("0123456789ab4def8123456789abcdef"), {"usual"}),
        (Thing.text_uuid == "00000000-0000-0000-0000-0000000001e5", {"usual"}),
        (Thing.plain_uuid.in_([uuid.UUID(int=1)]), {"usual"}),
        (Thing.moment == datetime(2024, 2, 29, 12, 0, 0, 7), {"usual"}),
        (Thing.moment < datetime(2024, 1, 1), {"edges"}),
        (Thing.date.between(date(2024, 2, 29), date(2024, 6, 1)), {"usual"}),
        (Thing.time > time(12, 30), {"edges"}),
        (Thing.interval < timedelta(0), {"edges"}),
        (Thing.interval == timedelta(days=3, microseconds=5), {"usual"}),
        (Thing.numeric == Decimal("0.10"), {"usual"}),
        (Thing.numeric > Decimal("19.99"), {"a fraction in JSON"}),
        (Thing.float == 0.1, {"usual"}),
        (Thing.boolean.is_(False), {"edges"}),
        (Thing.color == Color.RED, {"usual"}),
        (Thing.unicode == "case", {"edges"}),
        (Thing.unicode == "case ", {"true in JSON"}),
        (Thing.json["a"].is_not(None) & usual, {"usual"}),
        (Thing.json["suffix"].as_string() == "before", {"later before"}),
        (Thing.parts.any(Part.position == 3), {"usual"}),
        (Thing.parts.any(Part.id == uuid.UUID(int=3)), {"usual"}),
    ):
        with Session(engine()) as session:
            found = set(session.scalars(sa.select(Thing.string).where(condition)))
        assert found == names, f"{condition}: {found}"


def check_refused() -> None:
    """The keys that SQLite held are held still, and rows go with their parents."""
    for wrong in (
        Thing(string="usual", integer=1),
        Thing(string="a twin", uuid=uuid.UUID(int=2**128 - 1)),
        Part(id=uuid.UUID(int=1), thing_id=1),
        Part(id=uuid.UUID(int=9), thing_id=10**6),
    ):
        with Session(engine()) as session:
            session.add(wrong)
            try:
                session.flush()
            except IntegrityError:
                continue
        raise AssertionError("a row was taken that no database may take")
    with Session(engine()) as session:
        session.execute(sa.delete(Thing).where(Thing.string == "usual"))
        assert not session.scalars(sa.select(Part).where(Part.id == uuid.UUID(int=3))).all()


def quietly(name: str) -> Answer:
    """One command. That decimals are no type of SQLite's is known."""
    warnings.filterwarnings("ignore", category=SAWarning, message=".*does \\*not\\* support Decimal")
    return COMMANDS[name]()


COMMANDS: dict[str, Callable[[], Answer]] = {"fill": fill, "change": change, "use": use}
