"""Exact or refused: for random tables, rows and wishes, `check` refuses before anything is written, or every
value arrives as it was, in the copy and in the changes after it; a value that does not fit holds its table,
which is named, and goes on once the value is corrected."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.servers.target import Target
from tests.support import restoring
from tests.support.clearing import clear
from tests.support.compare import Chosen, Difference, differences
from tests.support.drawn import DrawnTable, attempt, bound, insert, is_broken, tables
from tests.support.migration import USUAL, Migration, made_database
from tests.support.oracle import held_by, may_be_refused, must_be_refused
from tests.support.refusals import tables_in
from tests.support.schema import sqlite_schema_of
from tests.support.source_side import quoted
from tests.support.target_side import Connection
from tests.support.values import Value
from zdcdc import sqlite
from zdcdc.capture import decision
from zdcdc.check.findings import Finding, errors
from zdcdc.check.survey import survey
from zdcdc.config import Limits
from zdcdc.errors import PreconditionError
from zdcdc.stages.status import read_status
from zdcdc.wishes import ColumnWish, Wishes

SMALL = Limits(chunk_size=300, slice_changes=5, slice_size=2000, batch_rows=3, poll_seconds=0.001)
PACKET = 64 * 1024 * 1024
TAGGED = ColumnWish(codec="tagged")

Rows = list[tuple[Value, ...]]


@dataclass(frozen=True)
class Run:
    """What all examples of a run share: the target with a connection to it, and what they had in them, for a
    test that never met something has not tried it."""

    target: Target
    mysql: Connection
    root: Connection
    seen: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Example:
    """One source on its way to the target."""

    drawn: list[DrawnTable]
    migration: Migration
    run: Run

    @property
    def path(self) -> Path:
        return self.migration.path

    def table(self, name: str) -> DrawnTable:
        return next(table for table in self.drawn if table.name == name)

    def without(self, names: set[str]) -> Example:
        """The same without some tables, which are dropped."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for name in names:
                connection.execute(f"DROP TABLE {quoted(name)}")
        return replace(self, drawn=[table for table in self.drawn if table.name not in names])

    def wish(self, table: str, column: str) -> ColumnWish:
        return self.migration.wishes.column(table, column)

    def differences(self, tables: set[str] | None = None) -> list[Difference]:
        """What the independent comparer finds; it is told what was asked for, and decides the rest itself."""
        columns = [(table.name, name) for table in self.drawn for name in table.names]
        wishes = {place: self.wish(*place) for place in columns}
        chosen = Chosen(
            {},
            {place: wish.name for place, wish in wishes.items() if wish.name},
            dict.fromkeys(self.tagged(), restoring.tagged),
        )
        return differences(self.path, self.run.mysql, tables=tables, chosen=chosen)

    def tagged(self) -> Iterator[tuple[str, str]]:
        """The columns that are kept with tags, as `plan` says: what is asked for, and what refers to it."""
        with closing(sqlite.connect(self.path)) as connection:
            known = [stored.mapping for stored in decision.read_tables(connection)]
            known += [held.mapping for held in decision.read_held(connection) if held.mapping]
        for mapping in known:
            yield from ((mapping.source, c.source) for c in mapping.columns if c.codec.name == "tagged")

    def held(self) -> dict[str, str]:
        return dict(read_status(self.migration.config).held)

    def rows(self, table: DrawnTable) -> Rows:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            names = ", ".join(map(quoted, table.names))
            return connection.execute(f"SELECT {names} FROM {quoted(table.name)}").fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the application's."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")


def wishes_of(drawn: Sequence[DrawnTable]) -> Wishes:
    found = []
    for table in drawn:
        if table.key_wish is not None:
            found.append((f"{table.name}.{table.key.names[0]}", table.key_wish))
        found += [(f"{table.name}.{c.name}", c.wish) for c in table.columns if c.wish is not None]
    return Wishes(tuple(found))


def made(path: Path, run: Run, drawn: list[DrawnTable], limits: Limits) -> Example:
    made_database(path, ";\n".join(statement for table in drawn for statement in table.script))
    migration = Migration(path, run.target, limits, wishes=wishes_of(drawn), socket=run.target.socket)
    example = Example(drawn, migration, run)
    with example.writing() as connection:
        for table in drawn:
            insert(connection, table, table.rows)
    return example


def justified(example: Example, finding: Finding) -> None:
    """Nothing is refused that could have been kept; rows are shown where it is rows that are in the way."""
    assert finding.table is not None, finding
    if finding.id == "target.packet":
        return
    assert finding.column is not None, finding
    wish = example.wish(finding.table, finding.column)
    if finding.id == "value.unfit" or wish.decides:
        assert wish.decides, finding
        assert finding.samples or finding.id == "value.refused"
        return
    assert finding.id == "value.refused", finding
    values = held_by(example.path, finding.table, finding.column)
    in_key = finding.column in example.table(finding.table).keyed
    assert may_be_refused(values, in_key), finding
    assert 1 <= len(finding.samples) <= 5, finding


def nothing_was_overlooked(example: Example, refused: set[tuple[str | None, str | None]]) -> None:
    """What no type keeps was found, in every column."""
    for table in example.drawn:
        for name in table.names:
            if example.wish(table.name, name).decides or (table.name, name) in refused:
                continue
            assert not must_be_refused(held_by(example.path, table.name, name)), (table.name, name)


def refused_by_every_command(example: Example) -> None:
    """Nothing is written on either side."""
    before = sqlite_schema_of(example.path)
    with pytest.raises(PreconditionError):
        example.migration.snapshot()
    assert sqlite_schema_of(example.path) == before
    assert tables_in(example.run.target) == set()


def accepted(example: Example, chance: random.Random) -> Example | None:
    """The example as it is let in: what is refused is refused by every command, and nothing is written; then
    a tag is asked for it, or the table is left out. None when nothing is left."""
    for tries in itertools.count():
        seen = survey(example.migration.config, prove=False)
        found = errors(seen.findings)
        if not found:
            nothing_was_overlooked(example, set())
            for table in seen.tables:
                example.run.seen.update(column.codec.name for column in table.mapping.columns)
            return example
        if not tries:
            example.run.seen["refused"] += 1
            nothing_was_overlooked(example, {(one.table, one.column) for one in found})
            if chance.random() < 0.4:
                refused_by_every_command(example)
        places = set()
        for finding in found:
            justified(example, finding)
            places.add((str(finding.table), finding.column))
        known = dict(example.migration.wishes.columns)
        hopeless = {t for t, column in places if column is None or known.get(f"{t}.{column}") == TAGGED}
        tagged = {f"{table}.{column}": TAGGED for table, column in places if table not in hopeless}
        example = example.without(hopeless)
        if not example.drawn:
            return None
        names = {table.name for table in example.drawn}
        wishes = tuple((p, w) for p, w in (known | tagged).items() if p.rpartition(".")[0] in names)
        example = replace(example, migration=replace(example.migration, wishes=Wishes(wishes)))
    return None


def shuffle(example: Example, chance: random.Random) -> None:
    """Values move from row to row, rows go and come back: all of it fits."""
    with example.writing() as connection:
        for table in example.drawn:
            rows = example.rows(table)
            if not rows:
                continue
            for column in table.columns:
                if column.role != "UNIQUE":
                    place = table.names.index(column.name)
                    change(connection, table, rows, place, chance.choice(rows)[place], chance)
            row = chance.choice(rows)
            remove(connection, table, row)
            insert(connection, table, [row])


def change(
    connection: sqlite3.Connection,
    table: DrawnTable,
    rows: Rows,
    place: int,
    value: Value,
    chance: random.Random,
) -> None:
    """Writes ``value`` into a column of one row."""
    term = "CAST(? AS TEXT)" if is_broken(value) else "?"
    where = chance.randrange(len(rows))
    row = "(SELECT k FROM (SELECT {0} AS k FROM {1} LIMIT 1 OFFSET {2}))"
    key = "rowid" if not table.without_rowid else quoted(table.key.names[0])
    chosen = row.format(key, quoted(table.name), where)
    name = quoted(table.names[place])
    attempt(connection, f"UPDATE {quoted(table.name)} SET {name} = {term} WHERE {key} = {chosen}", [value])


def remove(connection: sqlite3.Connection, table: DrawnTable, row: Sequence[Value]) -> None:
    """Deletes the rows that are ``row``."""
    same = " AND ".join(
        f"{quoted(name)} IS {'CAST(? AS TEXT)' if is_broken(value) else '?'} COLLATE BINARY"
        for name, value in zip(table.names, row, strict=True)
    )
    connection.execute(f"DELETE FROM {quoted(table.name)} WHERE {same}", [bound(value) for value in row])


def write_anything(example: Example, data: st.DataObject, chance: random.Random) -> None:
    """New rows and new values, drawn as those of the beginning were; and some that hardly fit, or do not."""
    new = {table.name: data.draw(st.lists(table.row, max_size=3)) for table in example.drawn}
    odd = []
    for table in example.drawn:
        column = chance.choice(table.columns)
        odd += [(table, column.name, value) for value in data.draw(st.lists(column.near, max_size=1))]
    with example.writing() as connection:
        for table in example.drawn:
            insert(connection, table, new[table.name])
            rows = example.rows(table)
            for row in new[table.name] if rows else []:
                place = chance.randrange(len(table.names))
                change(connection, table, rows, place, row[place], chance)
        for table, name, value in odd:
            rows = example.rows(table)
            if rows:
                change(connection, table, rows, table.names.index(name), value, chance)


def correct(example: Example, held: dict[str, str], before: dict[str, Rows]) -> None:
    """The tables that are held become what they were when everything fitted."""
    with example.writing() as connection:
        for name in held:
            table = example.table(name)
            connection.execute(f"DELETE FROM {quoted(name)}")
            insert(connection, table, before[name])


def live(example: Example, data: st.DataObject, chance: random.Random) -> None:
    """The life of a migration that was let in."""
    migration = example.migration
    migration.snapshot()
    assert example.held() == {}, "what was accepted did not fit"
    assert example.differences() == []
    if chance.random() < 0.5:
        shuffle(example, chance)
        migration.follow()
        assert example.held() == {}, "what had fitted did not fit any more"
        assert example.differences() == []
    before = {table.name: example.rows(table) for table in example.drawn}
    write_anything(example, data, chance)
    migration.follow()
    held = example.held()
    for name, reason in held.items():
        assert "rows with key" in reason, reason
        assert any(f"column {column}:" in reason for column in example.table(name).names), reason
    free = {table.name for table in example.drawn} - held.keys()
    assert example.differences(free) == []
    example.run.seen["held"] += len(held)
    example.run.seen["free"] += len(free)
    if held:
        correct(example, held, before)
        migration.follow()
        assert example.held() == {}, "what was corrected is still held"
        assert example.differences() == []
    if chance.random() < 0.2:
        assert migration.verify().identical


@pytest.fixture
def started(target: Target) -> Iterator[Run]:
    """The target on a server that takes a row of 20 MB, and need not survive a loss of power."""
    settings = {"max_allowed_packet": PACKET, "innodb_flush_log_at_trx_commit": 2, "sync_binlog": 0}
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        names = [*settings, "local_infile"]
        cursor.execute(f"SELECT {', '.join(f'@@GLOBAL.{name}' for name in names)}")
        (before,) = cursor.fetchall()
        for name, value in settings.items():
            cursor.execute(f"SET GLOBAL {name} = {value}")
        with closing(target.connect()) as mysql:
            yield Run(target, mysql, root)
        for name, value in zip(names, before, strict=True):
            cursor.execute(f"SET GLOBAL {name} = {value}")


def test_every_value_arrives_as_it_was_or_is_refused_before_anything_is_written(
    started: Run, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    numbers = itertools.count()

    @settings(
        max_examples=count(100, 2000),
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn=tables(), data=st.data(), load=st.booleans(), seed=st.integers(0, 2**32))
    def exact_or_refused(drawn: list[DrawnTable], data: st.DataObject, load: bool, seed: int) -> None:
        chance = random.Random(seed)
        clear(started.mysql)
        with started.root.cursor() as cursor:
            cursor.execute("SET GLOBAL local_infile = %s", (load,))
        path = tmp_path / f"{next(numbers)}.db"
        example = accepted(made(path, started, drawn, chance.choice([SMALL, USUAL, USUAL])), chance)
        if example is not None:
            live(example, data, chance)
        path.unlink()

    exact_or_refused()
    seen = started.seen
    assert seen["refused"] > 0
    assert seen["held"] > 0
    assert seen["free"] > seen["held"]
    codecs = {"integer", "real", "number", "decimal", "text", "blob", "date", "datetime", "mixed", "tagged"}
    assert not [name for name in codecs if not seen[name]], seen
