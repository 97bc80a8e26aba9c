"""The independent comparer: is every value of a SQLite file in a MySQL database, and nothing else?

It decides from the two databases alone; mapping, codecs and checkpoint of the product are not consulted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from sqlite3 import Connection as Source

from tests.support import restoring, source_side, target_side
from tests.support.restoring import Restore
from tests.support.source_side import ColumnFacts, Prepare, SourceTable
from tests.support.target_side import Connection, TargetColumn
from tests.support.values import Row, Value, digest, identity, shown

SAMPLES_PER_TABLE = 50

Within = Callable[[str, Row], bool]
"""Whether the row of this table with this key should be in MySQL already."""


class Kind(str, Enum):
    """What is different."""

    TABLE_MISSING = "table missing"
    TABLE_EXTRA = "table extra"
    COLUMN_MISSING = "column missing"
    COLUMN_EXTRA = "column extra"
    COLUMN_TYPE = "column type"
    ROW_MISSING = "row missing"
    ROW_EXTRA = "row extra"
    VALUE = "value"


@dataclass(frozen=True)
class Chosen:
    """What a person chose that neither side tells by itself: names in MySQL by those in SQLite, and rules for
    columns by table and column."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], Restore] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One difference. ``key`` identifies the row (all of its values where the table has no key)."""

    kind: Kind
    table: str
    column: str | None = None
    key: Row = ()
    source: Value = None
    target: Value = None
    reason: str = ""

    def __str__(self) -> str:
        place = self.table if self.column is None else f"{self.table}.{self.column}"
        if self.kind is Kind.VALUE:
            return f"{place} {self.key!r}: SQLite has {shown(self.source)}, MySQL has {shown(self.target)}"
        detail = self.reason or (repr(self.key) if self.key else "")
        return f"{self.kind.value}: {place} {detail}".rstrip()


def differences(
    sqlite_path: Path,
    mysql: Connection,
    tables: Collection[str] | None = None,
    within: Within | None = None,
    prepare: Prepare = lambda connection: None,
    chosen: Chosen = Chosen(),
) -> list[Difference]:
    """Everything in which the MySQL database of this connection is not the SQLite file; empty if equal.

    Tables, columns and rows are matched by name and key, values by storage class and content: doubles bit
    for bit, texts byte for byte. Of a column of another type than SQLite's storage classes one rule must give
    back every value (:mod:`tests.support.restoring`); ``chosen`` tells what neither side tells by itself.
    With ``tables`` only these are looked at, and others in MySQL are no difference. With ``within`` MySQL
    must hold exactly the rows for which it is true (while the copy runs). At most 50 rows a table are told.

    ``prepare`` registers on a connection to SQLite what the application's tables need.
    Each side is read in one snapshot: at a watermark, nothing may be written in between. Memory: about 200
    bytes a row of the largest table. Whatever transaction is open on ``mysql`` is rolled back.
    """
    with source_side.source_snapshot(sqlite_path, prepare) as source, target_side.target_snapshot(mysql):
        source_tables = source_side.user_tables(source, tables)
        source_names = {chosen.tables.get(name, name): name for name in source_tables}
        target_tables = target_side.target_tables(mysql)
        names = source_names.keys() | target_tables.keys()
        if tables is not None:
            names = {chosen.tables.get(name, name) for name in tables}
        found: list[Difference] = []
        for name in sorted(names):
            if name not in source_names:
                found.append(Difference(Kind.TABLE_EXTRA, name))
            elif name not in target_tables:
                found.append(Difference(Kind.TABLE_MISSING, source_names[name]))
            else:
                table = source_tables[source_names[name]]
                pair = _Pair(source, mysql, table, name, target_tables[name], chosen)
                found.extend(pair.differences(within))
        return found


@dataclass(frozen=True)
class LostAndDoubled:
    """Tokens acknowledged but not found, found more than once, and found without an acknowledgement.

    The last are no fault where a writer was stopped between its COMMIT and its acknowledgement.
    """

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unacknowledged: tuple[str, ...]


def lost_and_doubled(
    acknowledged: Iterable[str], mysql: Connection, table: str = "ack", column: str = "token"
) -> LostAndDoubled:
    """Compare acknowledged tokens with a token column in MySQL.

    Raises ValueError if the application itself acknowledged one twice.
    """
    promised = Counter(acknowledged)
    twice = [token for token, count in promised.items() if count > 1]
    if twice:
        raise ValueError(f"acknowledged twice by the application itself: {twice[:5]}")
    mysql.rollback()
    with mysql.cursor() as cursor:
        cursor.execute(f"SELECT {target_side.quoted(column)} FROM {target_side.quoted(table)}")
        found = Counter(str(row[0]) for row in cursor.fetchall())
    mysql.rollback()
    return LostAndDoubled(
        lost=tuple(sorted(promised.keys() - found.keys())),
        doubled=tuple(sorted(token for token, count in found.items() if count > 1)),
        unacknowledged=tuple(sorted(found.keys() - promised.keys())),
    )


def has_token(mysql: Connection, token: str, table: str = "ack", column: str = "token") -> bool:
    """Whether one write has come to MySQL, seen from a new transaction."""
    mysql.rollback()
    with mysql.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {target_side.quoted(table)} WHERE {target_side.quoted(column)} = %s", (token,)
        )
        return cursor.fetchone() is not None


@dataclass(frozen=True)
class _Pair:
    """One table on both sides."""

    source: Source
    mysql: Connection
    table: SourceTable
    target_name: str
    target: dict[str, TargetColumn]
    chosen: Chosen

    def differences(self, within: Within | None) -> Iterator[Difference]:
        schema = list(self._column_differences())
        if schema:
            yield from schema
            return
        yield from self._row_differences(within)

    def _in_target(self, column: str) -> TargetColumn | None:
        return self.target.get(self.chosen.columns.get((self.table.name, column), column))

    def _column_differences(self) -> Iterator[Difference]:
        known = set()
        for name in self.table.column_names:
            column = self._in_target(name)
            if column is None:
                yield Difference(Kind.COLUMN_MISSING, self.table.name, name)
                continue
            known.add(column.name)
            if reason := self._refusal(name, column):
                yield Difference(Kind.COLUMN_TYPE, self.table.name, name, reason=reason)
        for name in self.target.keys() - known:
            if not name.startswith(target_side.OURS):
                yield Difference(Kind.COLUMN_EXTRA, self.table.name, name)

    def _refusal(self, name: str, column: TargetColumn) -> str | None:
        reason = column.refusal("BINARY")
        if reason is None:
            return None
        return column.refusal(source_side.collation_of(self.table, name))

    def _restores(self, names: tuple[str, ...]) -> dict[str, Restore]:
        """The rule of each column that has one."""
        affinities = {column.name: column.affinity for column in self.table.columns}
        columns = {name: self._column(name) for name in names}
        texts = [name for name, column in columns.items() if column.data_type in target_side.TEXT_TYPES]
        doubles = [name for name, column in columns.items() if column.data_type == "double"]
        numbers = source_side.holding(self.source, self.table, texts, "integer", "real")
        integers = source_side.holding(self.source, self.table, doubles, "integer")
        found: dict[str, Restore] = {}
        for name, column in columns.items():
            spelling = None
            if column.data_type in target_side.MOMENT_TYPES:
                spelling = source_side.spelling_in(self.source, self.table, name)
            facts = ColumnFacts(name in numbers, name in integers, spelling)
            rule = target_side.restore_of(column, affinities.get(name, "INTEGER"), facts)
            rule = self.chosen.rules.get((self.table.name, name), rule)
            if rule is not None:
                found[name] = rule
        return found

    def _column(self, name: str) -> TargetColumn:
        column = self._in_target(name)
        if column is None:
            raise KeyError(name)
        return column

    def _row_differences(self, within: Within | None) -> Iterator[Difference]:
        keys = self._matching()
        rules = self._restores(keys.value_columns)
        without = [name for name in keys.value_columns if name not in rules]
        for name in without:
            reason = "the texts of the source have no spelling in common that this type would keep"
            yield Difference(Kind.COLUMN_TYPE, self.table.name, name, reason=reason)
        if not without:
            yield from self._compared(keys, rules, within)

    def _compared(
        self, keys: _Matching, rules: dict[str, Restore], within: Within | None
    ) -> Iterator[Difference]:
        expected: dict[bytes, bytes] = {}
        for key, row in keys.occurrences(self._source_rows(keys)):
            if within is None or within(self.table.name, key):
                expected[digest(key)] = digest(row)
        differing: dict[bytes, Row] = {}
        extra = 0
        for key, row in keys.occurrences(self._target_rows(keys, rules)):
            known = expected.pop(digest(key), None)
            if known is None:
                extra += 1
                if extra <= SAMPLES_PER_TABLE:
                    yield Difference(Kind.ROW_EXTRA, self.table.name, key=key)
            elif known != digest(row) and len(differing) < SAMPLES_PER_TABLE:
                differing[digest(key)] = row
        if differing or expected:
            yield from self._explained(keys, differing, expected)

    def _explained(
        self, keys: _Matching, differing: dict[bytes, Row], missing: dict[bytes, bytes]
    ) -> Iterator[Difference]:
        """A second pass over SQLite puts values beside those that differ; it is taken only on failure."""
        reported = 0
        for key, row in keys.occurrences(self._source_rows(keys)):
            name = digest(key)
            if name in missing and reported < SAMPLES_PER_TABLE:
                reported += 1
                yield Difference(Kind.ROW_MISSING, self.table.name, key=key)
            elif name in differing:
                for column, ours, theirs in zip(keys.value_columns, row, differing[name], strict=True):
                    if identity(ours) != identity(theirs):
                        yield Difference(Kind.VALUE, self.table.name, column, key, ours, theirs)

    def _matching(self) -> _Matching:
        names = self.table.column_names
        if target_side.ROWID_COLUMN in self.target:
            return _Matching((target_side.ROWID_COLUMN, *names), key_indexes=(0,))
        if self.table.key and not source_side.key_holds_null(self.source, self.table):
            return _Matching(names, tuple(names.index(name) for name in self.table.key))
        return _Matching(names, key_indexes=())

    def _source_rows(self, keys: _Matching) -> Iterator[Row]:
        expressions = tuple(
            source_side.rowid_name(self.table)
            if name == target_side.ROWID_COLUMN
            else source_side.quoted(name)
            for name in keys.value_columns
        )
        rows = source_side.source_rows(self.source, self.table, expressions)
        documents = [n for n, name in enumerate(keys.value_columns) if self._column(name).data_type == "json"]
        if not documents:
            return rows
        return (tuple(_same(value, n in documents) for n, value in enumerate(row)) for row in rows)

    def _target_rows(self, keys: _Matching, rules: dict[str, Restore]) -> Iterator[Row]:
        return target_side.target_rows(
            self.mysql,
            self.target_name,
            [self._column(name) for name in keys.value_columns],
            [rules[name] for name in keys.value_columns],
        )


def _same(value: Value, document: bool) -> Value:
    return restoring.same_json(value) if document else value


@dataclass(frozen=True)
class _Matching:
    """Which columns are read, and which of them identify a row; no indexes: the whole row, counted."""

    value_columns: tuple[str, ...]
    key_indexes: tuple[int, ...]

    def occurrences(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
        """Each row with its key; equal rows of a table without a key are told apart by their number."""
        if self.key_indexes:
            for row in rows:
                yield tuple(row[index] for index in self.key_indexes), row
            return
        seen: Counter[bytes] = Counter()
        for row in rows:
            name = digest(row)
            yield (*row, seen[name]), row
            seen[name] += 1
