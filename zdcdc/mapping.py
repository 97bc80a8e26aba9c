"""From a SQLite table to a MySQL table: a pure function of what is declared and what the data is.

Text that is neither key nor index is LONGTEXT, so that what the application writes later fits as well;
text in an index must have a length, taken from the data with room to grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zdcdc import codecs
from zdcdc.codecs import LARGEST_EXACT_INTEGER, Codec
from zdcdc.facts import ColumnFacts, TableFacts
from zdcdc.names import PREFIX
from zdcdc.schema import BINARY, Affinity, Column, Index, Table

INDEX_KEY_BYTES = 3072
"""InnoDB, DYNAMIC rows (MySQL manual, InnoDB limits)."""

TEXT_KEY_CHARACTERS = INDEX_KEY_BYTES // 4
"""utf8mb4 counts four bytes a character."""

USUAL_TEXT_CHARACTERS = 255
USUAL_BLOB_BYTES = 255
PREFIX_CHARACTERS = 255

ROWID_COLUMN = PREFIX + "rowid"
"""Name of the invisible key column of a table whose rows only the rowid tells apart."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the target server can do: ``collation`` compares text byte for byte without padding, ``page_size``
    is that of InnoDB in bytes."""

    collation: str
    version: str
    flavor: str
    page_size: int = 16384

    @property
    def mariadb(self) -> bool:
        return self.flavor == "mariadb"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column in MySQL. ``source`` is its name in SQLite, ``reason`` why it has this type."""

    source: str
    name: str
    type: str
    codec: Codec
    not_null: bool
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "name": self.name,
            "type": self.type,
            "codec": self.codec.name,
            "limit": self.codec.limit,
            "not_null": self.not_null,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnMapping:
        return cls(
            data["source"],
            data["name"],
            data["type"],
            codecs.codec(data["codec"], data["limit"]),
            data["not_null"],
            data["reason"],
        )


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table in MySQL: every written column with its codec, and the key (names in SQLite)."""

    table_id: int
    source: str
    name: str
    columns: tuple[ColumnMapping, ...]
    key: tuple[str, ...]
    key_is_rowid: bool
    key_collations: tuple[str, ...]
    unique_keys: int

    @property
    def folded_key(self) -> bool:
        """Whether two spellings can be one key in SQLite, so that key order differs between the sides."""
        return any(collation != BINARY for collation in self.key_collations)

    def collation_of(self, name: str) -> str:
        """The collation by which SQLite compares key column ``name``."""
        return self.key_collations[self.key.index(name)]

    def column(self, source: str) -> ColumnMapping:
        return next(column for column in self.columns if column.source == source)

    @property
    def key_columns(self) -> tuple[ColumnMapping, ...]:
        return tuple(self.column(name) for name in self.key)

    def to_json(self) -> dict[str, Any]:
        return {
            "table_id": self.table_id,
            "source": self.source,
            "name": self.name,
            "columns": [column.to_json() for column in self.columns],
            "key": list(self.key),
            "key_is_rowid": self.key_is_rowid,
            "key_collations": list(self.key_collations),
            "unique_keys": self.unique_keys,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableMapping:
        return cls(
            data["table_id"],
            data["source"],
            data["name"],
            tuple(ColumnMapping.from_json(column) for column in data["columns"]),
            tuple(data["key"]),
            data["key_is_rowid"],
            tuple(data["key_collations"]),
            data["unique_keys"],
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A column whose values no codec keeps exactly."""

    table: str
    column: str
    message: str


def map_table(table_id: int, table: Table, facts: TableFacts) -> tuple[TableMapping, list[Refusal]]:
    """The mapping of ``table``, and what cannot be kept (then the mapping must not be used)."""
    refusals: list[Refusal] = []
    lengths = _index_lengths(table, facts)
    columns = []
    if table.key_is_rowid:
        codec = codecs.IntegerCodec()
        reason = "rowid: no other key tells its rows apart"
        columns.append(ColumnMapping(table.key[0], ROWID_COLUMN, "BIGINT", codec, True, reason))
    for column in table.columns:
        seen = facts.columns[column.name]
        in_key = column.name in table.key
        mapped = _map_column(table, column, seen, lengths.get(column.name), in_key)
        if isinstance(mapped, Refusal):
            refusals.append(mapped)
        else:
            columns.append(mapped)
    unique = sum(1 for index in table.unique_indexes if index.plain)
    extra = unique - sum(1 for index in table.unique_indexes if index.plain and index.columns == table.key)
    mapping = TableMapping(
        table_id,
        table.name,
        table.name,
        tuple(columns),
        table.key,
        table.key_is_rowid,
        tuple(table.key_collation(name) for name in table.key),
        1 + extra,
    )
    return mapping, refusals


def _index_lengths(table: Table, facts: TableFacts) -> dict[str, int]:
    """For each column in a key: the bytes it may take so that the whole key fits."""
    lengths: dict[str, int] = {}
    keys = [index.columns for index in table.indexes if index.plain]
    keys += [foreign.columns for foreign in table.foreign_keys]
    if not table.key_is_rowid:
        keys.append(table.key)
    for columns in keys:
        sized = [name for name in columns if not _fixed(table.column(name), facts.columns[name])]
        fixed = 9 * (len(columns) - len(sized))
        for name in sized:
            share = (INDEX_KEY_BYTES - fixed) // len(sized)
            lengths[name] = min(share, lengths.get(name, INDEX_KEY_BYTES))
    return lengths


def _fixed(column: Column, facts: ColumnFacts) -> bool:
    """Whether the column will be a number, of eight bytes."""
    if facts.values:
        return facts.values <= {"integer", "real"}
    return column.affinity in (Affinity.INTEGER, Affinity.REAL)


@dataclass(frozen=True, slots=True)
class _Choice:
    type: str
    codec: Codec
    reason: str


def _map_column(
    table: Table, column: Column, facts: ColumnFacts, key_bytes: int | None, in_key: bool
) -> ColumnMapping | Refusal:
    choice = _refused(facts, in_key) or _choose(table, column, facts, key_bytes)
    if isinstance(choice, str):
        return Refusal(table.name, column.name, choice)
    not_null = in_key or (column.not_null and not facts.nulls)
    return ColumnMapping(column.name, column.name, choice.type, choice.codec, not_null, choice.reason)


def _refused(facts: ColumnFacts, in_key: bool) -> str | None:
    if in_key and facts.nulls:
        return f"{facts.nulls} rows have no value in a column of the primary key"
    if facts.non_finite:
        return f"{facts.non_finite} values are infinite, which MySQL cannot store"
    if facts.negative_zeros:
        return f"{facts.negative_zeros} values are -0.0, which MySQL stores as 0.0"
    if facts.invalid_utf8:
        return f"{facts.invalid_utf8} values are stored as text but are not valid UTF-8"
    return None


def _choose(table: Table, column: Column, facts: ColumnFacts, key_bytes: int | None) -> _Choice | str:
    kind = _kind(column, facts)
    if kind is None:
        return f"values of several storage classes: {', '.join(sorted(facts.values))}"
    seen = ", ".join(sorted(facts.values))
    reason = f"holds {seen}" if seen else f"holds no value, declared {column.declared or 'without a type'}"
    if kind == "integer":
        return _Choice("BIGINT", codecs.IntegerCodec(), reason)
    if kind == "real":
        return _Choice("DOUBLE", codecs.RealCodec(), reason)
    if kind == "number":
        low, high = facts.integer_range or (0, 0)
        if max(-low, high) > LARGEST_EXACT_INTEGER or facts.whole_reals:
            return "integers and reals that one DOUBLE column cannot keep apart"
        return _Choice("DOUBLE", codecs.NumberCodec(), reason)
    if kind == "text":
        return _choose_text(table, column, facts, key_bytes, reason)
    if key_bytes is None:
        return _Choice("LONGBLOB", codecs.BlobCodec(), reason)
    length = min(key_bytes, max(USUAL_BLOB_BYTES, 2 * facts.longest_blob))
    if facts.longest_blob > length:
        return f"values of {facts.longest_blob} bytes in a key that may hold {length}"
    return _Choice(f"VARBINARY({length})", codecs.BlobCodec(length), f"{reason}, in a key")


def _choose_text(
    table: Table, column: Column, facts: ColumnFacts, key_bytes: int | None, reason: str
) -> _Choice | str:
    if key_bytes is None:
        return _Choice("LONGTEXT", codecs.TextCodec(), reason)
    room = key_bytes // 4
    length = min(room, max(USUAL_TEXT_CHARACTERS, 2 * facts.longest_text))
    if facts.longest_text <= length:
        return _Choice(f"VARCHAR({length})", codecs.TextCodec(length), f"{reason}, in a key")
    if needs_length(table, column.name):
        return f"values of {facts.longest_text} characters in a unique key that may hold {length}"
    return _Choice("LONGTEXT", codecs.TextCodec(), f"{reason}, in an index by prefix")


def needs_length(table: Table, column: str) -> bool:
    """Whether a prefix index will not do: in a primary, unique or foreign key."""
    return (
        column in table.key
        or any(column in index.columns for index in table.unique_indexes if index.plain)
        or any(column in foreign.columns for foreign in table.foreign_keys)
    )


def _kind(column: Column, facts: ColumnFacts) -> str | None:
    """The codec that keeps every value seen; None when there is none."""
    declared = column.declared.upper()
    numeric = column.affinity is Affinity.NUMERIC and ("DEC" in declared or "NUM" in declared)
    values = facts.values
    if values <= {"integer", "real"} and (len(values) == 2 or (numeric and values)):
        return "number"
    if "real" in values and values == {"real"} and column.affinity is not Affinity.REAL:
        # Only REAL affinity keeps a whole number REAL; elsewhere SQLite will store the next 2.0 as 2.
        return "real" if column.affinity is Affinity.BLOB else "number"
    if len(values) == 1:
        return next(iter(values))
    if values:
        return None
    if numeric:
        return "number"
    by_affinity = {
        Affinity.INTEGER: "integer",
        Affinity.REAL: "real",
        Affinity.TEXT: "text",
        Affinity.BLOB: "blob" if "BLOB" in declared else "text",
        Affinity.NUMERIC: "integer" if "BOOL" in declared else "text",
    }
    return by_affinity[column.affinity]


def index_part(table: Table, index: Index, mapping: TableMapping, column: str) -> str:
    """Prefix length of ``column`` in ``index`` as SQL, empty when the whole value is indexed."""
    kind = mapping.column(column).type
    if kind not in ("LONGTEXT", "LONGBLOB") or index.unique:
        return ""
    share = INDEX_KEY_BYTES // len(index.columns)
    return f"({min(PREFIX_CHARACTERS, share // 4)})"
