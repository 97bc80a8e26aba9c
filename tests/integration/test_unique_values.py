"""Unique values change hands under keys of every kind that MySQL keeps by what it computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.migration import Migration, made_database
from zdcdc.apply.owners import owners
from zdcdc.config import Limits
from zdcdc.mapping import TableMapping
from zdcdc.rounds.pair import open_source

SLICES = Limits(slice_changes=30, slice_size=20_000, batch_rows=5)
"""So small that a transaction takes many: rows are then newer than the slice that brings them."""

ROWS = 30


@dataclass(frozen=True)
class Kind:
    """A table with columns id, v and w; ``value`` gives v by id; ``same`` is one that v of row 7 meets."""

    definition: str
    index: str = ""
    value: str = "'Name ' || id"
    same: str = "Name 7"
    key: str = "id INTEGER PRIMARY KEY"


LONG = "printf('%900d', id)"

KINDS = {
    "part": Kind("v INTEGER, w INTEGER", "(v) WHERE w < 5", "id", "7"),
    "part_of_texts": Kind(
        "v TEXT, w INTEGER, at DATETIME", "(v) WHERE at IS NULL OR at > '2000-01-01 00:00:00'"
    ),
    "expression": Kind("v INTEGER, w INTEGER", "(v * 2)", "id", "7"),
    "expression_of_texts": Kind("v TEXT, w INTEGER", "(lower(v) || 'x')", same="NAME 7"),
    "no_case": Kind("v TEXT, w INTEGER", "(v COLLATE NOCASE)", same="nAME 7"),
    "no_spaces": Kind("v TEXT, w INTEGER", "(v COLLATE RTRIM)", same="Name 7   "),
    "hash": Kind("v TEXT UNIQUE, w INTEGER", value=LONG, same=f"{7:900}"),
    "hash_of_blobs": Kind("v BLOB UNIQUE, w INTEGER", value=f"CAST({LONG} AS BLOB)", same=f"{7:900}"),
    "computed": Kind("v TEXT, w INTEGER, g TEXT AS (upper(v)) UNIQUE", same="NaMe 7"),
    "computed_in_part": Kind("v TEXT, w INTEGER, g TEXT AS (upper(v))", "(g, w) WHERE w < 5"),
    "row_key": Kind("w INTEGER", same="NAME 7", key="v TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, id INTEGER"),
}  # fmt: skip


def script() -> str:
    lines = []
    for name, kind in KINDS.items():
        lines.append(f"CREATE TABLE {name} ({kind.key}, {kind.definition})")
        if kind.index:
            lines.append(f"CREATE UNIQUE INDEX {name}_u ON {name} {kind.index}")
        lines.append(
            f"WITH RECURSIVE c (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < {ROWS}) "
            f"INSERT INTO {name} (id, v, w) SELECT id, {kind.value}, id % 3 FROM c"
        )
    return ";\n".join(lines)


def exchange(name: str, kind: Kind) -> str:
    """Every row gives its value to another one and takes that one's; some rows are replaced."""
    aside = "id + 1000" if "v INTEGER" in kind.definition else "'aside ' || id"
    return f"""
        DROP TABLE IF EXISTS temp.old;
        CREATE TEMP TABLE old AS SELECT id, v FROM {name};
        UPDATE {name} SET v = {aside};
        UPDATE {name} SET v = (SELECT v FROM old WHERE old.id = {ROWS + 1} - {name}.id);
        UPDATE OR REPLACE {name} SET v = (SELECT v FROM old WHERE old.id = 3) WHERE id = 20;
        INSERT OR REPLACE INTO {name} (id, v, w) SELECT 50, v, w FROM {name} WHERE id = 7;
    """


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Iterator[Migration]:
    made = Migration(made_database(tmp_path / "app.db", script()), target, SLICES)
    made.snapshot()
    yield made
    made.rollback()


def mappings(migration: Migration) -> dict[str, TableMapping]:
    with open_source(migration.config) as source:
        return {mapping.source: mapping for mapping in source.mappings}


def test_they_arrive_though_their_rows_come_in_several_slices(migration: Migration) -> None:
    migration.write(f"BEGIN; {''.join(exchange(*item) for item in KINDS.items())} COMMIT")
    migration.follow()
    assert migration.differences() == []
    assert migration.verify().identical


def test_the_row_that_holds_one_is_found(migration: Migration) -> None:
    for name, mapping in mappings(migration).items():
        assert len(mapping.unique) == 1, name
        same = KINDS[name].same
        with closing(migration.target.connect()) as mysql:
            values: dict[str, object] = {"id": 90, "v": int(same) if same == "7" else same, "w": 1}
            if name == "hash_of_blobs":
                values["v"] = same.encode()
            row = ", ".join(mysql.escape(values.get(column.source)) for column in mapping.written)
            found = owners(mysql, mapping, f"({row})".encode())
        assert found == ((("Name 7",) if name == "row_key" else (7,)),), name
