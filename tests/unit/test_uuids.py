"""UUIDs of 32 digits get MariaDB's type, which Django and SQLAlchemy expect there; other text does not."""

from __future__ import annotations

import random
import uuid
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration, made_database
from tests.support.tables import MARIADB, MYSQL, mapped_all
from zdcdc.demo.installation import Kind
from zdcdc.mapping import Capabilities

GOOD = "0123456789ab4def8123456789abcdef"


def type_on(server: Capabilities, declared: str, *values: str) -> str:
    rows = "".join(f"INSERT INTO t (c) VALUES ('{value}');" for value in values)
    script = f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {declared}); {rows}"
    return mapped_all(script, server)["t"].column("c").type


@pytest.mark.parametrize("declared", ["char(32)", "CHAR(32)", "CHAR (32)"])
@pytest.mark.parametrize("values", [(), (GOOD,), (GOOD, "f" * 32, "0" * 32)])
def test_32_digits_are_a_uuid_on_mariadb_and_text_elsewhere(declared: str, values: tuple[str, ...]) -> None:
    assert type_on(MARIADB, declared, *values) == "UUID"
    assert type_on(MYSQL, declared, *values) == "VARCHAR(32)"
    assert type_on(replace(MARIADB, version="10.6.16-MariaDB"), declared, *values) == "VARCHAR(32)"


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("VARCHAR(32)", GOOD),
        ("TEXT", GOOD),
        ("CHAR(36)", str(uuid.UUID(GOOD))),
        ("CHAR(32)", GOOD.upper()),
        ("CHAR(32)", GOOD[:-1]),
        ("CHAR(32)", "0123456789abcdef0123456789abcdef"),
        ("CHAR(32)", ""),
    ],
)
def test_what_the_type_would_not_give_back_stays_text(declared: str, value: str) -> None:
    assert type_on(MARIADB, declared, GOOD, value) != "UUID"


def test_both_ends_of_a_foreign_key_are_uuids() -> None:
    script = f"""
    CREATE TABLE parent (id CHAR(32) NOT NULL PRIMARY KEY);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent CHAR(32) REFERENCES parent, other TEXT);
    INSERT INTO parent VALUES ('{GOOD}');
    """
    found = mapped_all(script, MARIADB)
    assert found["parent"].column("id").type == found["child"].column("parent").type == "UUID"


@pytest.mark.only_on(Kind.MARIADB)
def test_every_uuid_arrives_as_it_was_and_is_compared(target: Target, tmp_path: Path) -> None:
    generator = random.Random(0)
    numbers = {uuid.UUID(int=generator.getrandbits(128)).hex for _ in range(600)}
    values = [value for value in numbers if value[12] < "8" or value[16] >= "9"]
    path = made_database(
        tmp_path / "app.db", "CREATE TABLE t (id CHAR(32) NOT NULL PRIMARY KEY, other CHAR(32));"
    )
    migration = Migration(path, target)
    migration.write("".join(f"INSERT INTO t VALUES ('{value}', '{value}');" for value in values))
    migration.snapshot()
    migration.write("UPDATE t SET other = NULL WHERE id < '4'; DELETE FROM t WHERE id >= 'e'")
    migration.write(f"INSERT OR REPLACE INTO t VALUES ('{GOOD}', '{GOOD}')")
    migration.follow()
    assert migration.differences() == []
    assert migration.verify().identical
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("INSERT INTO t (id) VALUES (%s)", (str(uuid.uuid4()),))
        mysql.commit()
    (table,) = migration.verify().tables
    assert [difference.kind for difference in table.differences] == ["extra"]
