"""A SQLite table as it is kept in MySQL: each column with its type and codec. Frozen values, stored as JSON.

What decides them is :mod:`zdcdc.choose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from zdcdc import codecs
from zdcdc.codecs.codec import Codec
from zdcdc.names import PREFIX
from zdcdc.schema import BINARY
from zdcdc.wishes import OnMismatch

INDEX_KEY_BYTES = 3072
"""InnoDB, DYNAMIC rows (MySQL manual, InnoDB limits)."""

TEXT_KEY_CHARACTERS = INDEX_KEY_BYTES // 4
"""utf8mb4 counts four bytes a character."""

ROWID_COLUMN = PREFIX + "rowid"
"""Name of the invisible key column of a table whose rows only the rowid tells apart."""

UNSIZED = ("LONGTEXT", "LONGBLOB", "JSON")
"""Types that no index takes whole."""


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

    @property
    def release(self) -> tuple[int, ...]:
        """The numbers of ``version``, such as (10, 11)."""
        numbers = self.version.partition("-")[0].split(".")
        return tuple(int(number) for number in numbers[:2] if number.isdigit())

    @property
    def uuids(self) -> bool:
        """Whether there is a type for UUIDs."""
        return self.mariadb and self.release >= (10, 7)

    @property
    def padded_collation(self) -> str:
        """Compares byte for byte and takes no notice of trailing spaces, as RTRIM does."""
        return "utf8mb4_bin"

    @property
    def folding_collation(self) -> str | None:
        """Ignores the case of letters and nothing else of printable ASCII, as NOCASE does; None where the
        server has none: MariaDB's came with 10.10."""
        if not self.mariadb:
            return "utf8mb4_0900_as_ci"
        return "utf8mb4_uca1400_nopad_as_ci" if self.release >= (10, 10) else None


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that MySQL computes: its expression there, and whether the result is stored."""

    expression: str
    stored: bool


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column in MySQL. ``source`` is its name in SQLite, ``reason`` why it has this type.

    ``collation`` is None for the table's own. ``guessed`` says that no value was there to decide by.
    """

    source: str
    name: str
    type: str
    codec: Codec
    not_null: bool
    reason: str
    collation: str | None = None
    computed: Computed | None = None
    on_mismatch: OnMismatch = OnMismatch.HOLD
    guessed: bool = False

    def to_json(self) -> dict[str, Any]:
        computed = self.computed
        return {
            "source": self.source,
            "name": self.name,
            "type": self.type,
            "codec": self.codec.name,
            "limit": self.codec.limit,
            "argument": self.codec.argument,
            "not_null": self.not_null,
            "reason": self.reason,
            "collation": self.collation,
            "computed": {"expression": computed.expression, "stored": computed.stored} if computed else None,
            "on_mismatch": self.on_mismatch.value,
            "guessed": self.guessed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnMapping:
        computed = data["computed"]
        return cls(
            data["source"],
            data["name"],
            data["type"],
            codecs.codec(data["codec"], data["limit"], data["argument"]),
            data["not_null"],
            data["reason"],
            data["collation"],
            Computed(**computed) if computed else None,
            OnMismatch(data["on_mismatch"]),
            data["guessed"],
        )


@dataclass(frozen=True, slots=True)
class Helper:
    """An invisible column of ours that MySQL computes: what a unique key needs and no column is."""

    name: str
    type: str
    computed: Computed


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """A unique key beside the primary key: its name and its columns in MySQL, ``descending`` for each."""

    name: str
    columns: tuple[str, ...]
    descending: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CheckConstraint:
    """A CHECK as MySQL has it: its name, unique in the database, and its expression there."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table in MySQL: every column with its codec, and the key (names in SQLite).

    ``unique`` are the unique keys beside the primary key, in the order of their making, ``helpers`` what they
    need besides; ``orphaned`` are the places of foreign keys (among the table's) that some rows break.
    """

    table_id: int
    source: str
    name: str
    columns: tuple[ColumnMapping, ...]
    key: tuple[str, ...]
    key_is_rowid: bool
    key_collations: tuple[str, ...]
    helpers: tuple[Helper, ...] = ()
    unique: tuple[UniqueKey, ...] = ()
    checks: tuple[CheckConstraint, ...] = ()
    orphaned: tuple[int, ...] = ()
    references: tuple[str, ...] = ()
    """Names of the foreign keys, each the only one in the database."""

    @property
    def unique_keys(self) -> int:
        """How many there are in MySQL, the primary key among them."""
        return 1 + len(self.unique)

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
    def written(self) -> tuple[ColumnMapping, ...]:
        """The columns that rows are written with: MySQL computes the others."""
        return tuple(column for column in self.columns if column.computed is None)

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
            "helpers": [asdict(helper) for helper in self.helpers],
            "unique": [asdict(key) for key in self.unique],
            "checks": [asdict(check) for check in self.checks],
            "orphaned": list(self.orphaned),
            "references": list(self.references),
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
            tuple(
                Helper(one["name"], one["type"], Computed(**one["computed"])) for one in data["helpers"]
            ),
            tuple(
                UniqueKey(one["name"], tuple(one["columns"]), tuple(one["descending"]))
                for one in data["unique"]
            ),
            tuple(CheckConstraint(**one) for one in data["checks"]),
            tuple(data["orphaned"]),
            tuple(data["references"]),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A column whose values no codec keeps exactly; rows for which ``condition`` holds are in the way.

    ``condition`` is SQL of SQLite with ``{}`` for the column, empty when none says it.
    """

    table: str
    column: str
    message: str
    condition: str = ""
    hint: str = ""
    not_utf8: bool = False
    """The rows in the way hold text that is not UTF-8, which no SQL tells."""
