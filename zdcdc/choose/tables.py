"""The mapping of tables: every column in its place, both ends of each foreign key of one type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from zdcdc.choose.choice import (
    LONGEST_DECLARED,
    Choice,
    Place,
    Refused,
    chosen,
    is_decimal,
    is_number,
)
from zdcdc.choose.collations import NOCASE, collation_of
from zdcdc.choose.habits import proven
from zdcdc.choose.wished import wished
from zdcdc.codecs.numbers import IntegerCodec
from zdcdc.codecs.texts import PrintableCodec
from zdcdc.facts import ColumnFacts, TableFacts
from zdcdc.mapping import (
    INDEX_KEY_BYTES,
    ROWID_COLUMN,
    Capabilities,
    ColumnMapping,
    Refusal,
    TableMapping,
)
from zdcdc.schema import Column, Table
from zdcdc.wishes import OnMismatch, Wishes

ROOM_FOR_DECLARED = 32_000
"""Bytes of a row that declared lengths may take in all, of the 65,535 that the server allows."""

TAG_HINT = (
    'correct these values, or choose codec = "tagged" for the column under [columns] in zdcdc.toml, which '
    "keeps any value, or exclude the table (--exclude)"
)


_NO_WISH = "take this setting out of zdcdc.toml, or exclude the table (--exclude)"


@dataclass(frozen=True, slots=True)
class Context:
    """What besides a table decides its mapping. ``habits`` as in :func:`zdcdc.choose.choice.chosen`."""

    capabilities: Capabilities
    wishes: Wishes = Wishes()
    habits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """A table with its number and what was seen of it."""

    table_id: int
    table: Table
    facts: TableFacts


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, which must not be used when anything is refused."""

    mapping: TableMapping
    refusals: tuple[Refusal, ...]


def map_tables(
    scanned: Sequence[Scanned], context: Context, known: Mapping[str, TableMapping] | None = None
) -> list[Mapped]:
    """The mappings of tables that come in together; ``known`` are those of tables that are there already.

    Raises UsageError for a wish that means nothing.
    """
    context = replace(context, habits=proven([(one.table, one.facts) for one in scanned]) or context.habits)
    mapped = [map_table(one, context) for one in scanned]
    by_name = {name.lower(): mapping for name, mapping in (known or {}).items()}
    by_name |= {one.mapping.source.lower(): one.mapping for one in mapped}
    fixed = frozenset(known or {})
    agreement = _agreement(scanned, by_name, fixed)
    if not agreement:
        return mapped
    return [map_table(one, context, agreement.get(one.table.name, _Agreed())) for one in scanned]


@dataclass(frozen=True, slots=True)
class _Agreed:
    """Columns of one table that are to be plain, and those that take the type of the parent's."""

    plain: set[str] = field(default_factory=set)
    parents: dict[str, ColumnMapping] = field(default_factory=dict)


def _agreement(
    scanned: Sequence[Scanned], mappings: Mapping[str, TableMapping], fixed: frozenset[str]
) -> dict[str, _Agreed]:
    """What makes both ends of every foreign key one type; InnoDB refuses them else (trap 55)."""
    agreed: dict[str, _Agreed] = {}
    for one in scanned:
        for foreign in one.table.foreign_keys:
            parent = mappings.get(foreign.parent.lower())
            if parent is None:
                continue
            pairs = zip(foreign.columns, foreign.parent_columns, strict=False)
            for name, target in pairs:
                child, other = _find(mappings[one.table.name.lower()], name), _find(parent, target)
                if child is None or other is None or _alike(child, other):
                    continue
                mine = agreed.setdefault(one.table.name, _Agreed())
                if not one.facts.columns[child.source].values:
                    mine.parents[child.source] = other
                    continue
                mine.plain.add(child.source)
                if parent.source not in fixed:
                    agreed.setdefault(parent.source, _Agreed()).plain.add(other.source)
    return agreed


def _find(mapping: TableMapping, name: str) -> ColumnMapping | None:
    return next((column for column in mapping.columns if column.source.lower() == name.lower()), None)


def _alike(child: ColumnMapping, parent: ColumnMapping) -> bool:
    # Lengths of text may differ, precisions may not.
    sized = ("VARCHAR", "VARBINARY")
    kinds = [column.type.partition("(")[0] for column in (child, parent)]
    same = kinds[0] == kinds[1] if kinds[0] in sized else child.type == parent.type
    return same and child.codec.name == parent.codec.name and child.collation == parent.collation


def map_table(one: Scanned, context: Context, agreed: _Agreed | None = None) -> Mapped:
    """The mapping of one table, by itself."""
    table, facts = one.table, one.facts
    agreed = agreed or _Agreed()
    refusals: list[Refusal] = []
    columns: list[ColumnMapping] = []
    if table.key_is_rowid:
        reason = "rowid: no other key tells its rows apart"
        columns.append(ColumnMapping(table.key[0], ROWID_COLUMN, "BIGINT", IntegerCodec(), True, reason))
    lengths = index_lengths(table, facts, context.wishes)
    room = ROOM_FOR_DECLARED
    for column in table.columns:
        seen = facts.columns[column.name]
        place = Place(
            lengths.get(column.name),
            needs_length(table, column.name),
            column.name in agreed.plain or column.generated is not None,
            room >= 4 * LONGEST_DECLARED,
            context.capabilities.uuids,
            any(column.name in index.columns for index in table.unique_indexes),
        )
        mapped = _map_column(table, column, seen, place, context, agreed.parents.get(column.name))
        if isinstance(mapped, Refusal):
            refusals.append(mapped)
            continue
        if mapped.type.startswith("VARCHAR") and place.key_bytes is None:
            room -= 4 * (mapped.codec.limit or 0)
        columns.append(mapped)
    mapping = TableMapping(
        one.table_id,
        table.name,
        context.wishes.table(table.name),
        tuple(columns),
        table.key,
        table.key_is_rowid,
        tuple(table.key_collation(name) for name in table.key),
    )
    return Mapped(mapping, tuple(refusals))


def _map_column(
    table: Table,
    column: Column,
    facts: ColumnFacts,
    place: Place,
    context: Context,
    parent: ColumnMapping | None,
) -> ColumnMapping | Refusal:
    in_key = column.name in table.key
    wish = context.wishes.column(table.name, column.name)
    if in_key and facts.nulls:
        message = f"{facts.nulls} rows have no value in a column of the primary key"
        return Refusal(table.name, column.name, message, "{0} IS NULL")
    choice: Choice | Refused
    if wish.decides:
        where = f'[columns."{table.name}.{column.name}"]'
        choice = wished(wish, where, column, facts, context.capabilities, place)
        if column.name == table.rowid_alias and isinstance(choice, Choice) and choice.type != "BIGINT":
            choice = Refused(f"an INTEGER PRIMARY KEY is BIGINT, not {choice.type}", hint=_NO_WISH)
    elif parent is not None:
        reason = f"holds no value, and refers to a column of this type ({parent.source})"
        choice = Choice(parent.type, parent.codec, reason)
    else:
        choice = chosen(column, facts, place, context.habits)
    if isinstance(choice, Refused):
        hint = choice.hint or TAG_HINT
        return Refusal(
            table.name, column.name, choice.message, choice.condition, hint, choice.not_utf8
        )
    not_null = in_key or (column.not_null and not facts.nulls)
    collation, because = None, ""
    if choice.codec.name == "text" and not place.plain:
        collation, because = collation_of(table, column, facts, context.capabilities)
    if collation is not None and collation == context.capabilities.folding_collation:
        choice = _printable(table, column, choice)
    return ColumnMapping(
        column.name,
        wish.name or column.name,
        choice.type,
        choice.codec,
        not_null,
        f"{choice.reason}; {because}" if because else choice.reason,
        collation,
        None,
        wish.on_mismatch or (OnMismatch.WIDEN if not facts.values else choice.on_mismatch),
        not facts.values,
    )


def _printable(table: Table, column: Column, choice: Choice) -> Choice:
    """Where a unique key ignores case, only texts on whose case both sides agree may come in."""
    unique = any(column.name in index.columns for index in table.unique_indexes)
    if not unique or column.collation != NOCASE:
        return choice
    return replace(choice, codec=PrintableCodec(choice.codec.limit))


def index_lengths(table: Table, facts: TableFacts, wishes: Wishes = Wishes()) -> dict[str, int]:
    """For each column in a key that may be text or a blob: the bytes it may take so that the key fits."""
    lengths: dict[str, int] = {}
    keys = [index.columns for index in table.indexes if index.plain or not index.unique]
    keys += [foreign.columns for foreign in table.foreign_keys]
    if not table.key_is_rowid:
        keys.append(table.key)
    for columns in keys:
        known = {name: _fixed_size(table, name, facts, wishes) for name in columns}
        sized = [name for name in columns if known[name] is None]
        room = INDEX_KEY_BYTES - sum(size for size in known.values() if size is not None)
        for name in sized:
            lengths[name] = min(room // len(sized), lengths.get(name, INDEX_KEY_BYTES))
    return lengths


def _fixed_size(table: Table, name: str, facts: TableFacts, wishes: Wishes) -> int | None:
    """Bytes in a key of a column that will be a number, None for one that may be something else."""
    column = table.column(name)
    if wishes.column(table.name, name).decides or not is_number(column, facts.columns[name]):
        return None
    return 31 if is_decimal(column) else 9


def needs_length(table: Table, column: str) -> bool:
    """Whether an index has to hold all of a value: in a primary or foreign key. Of a longer one in another
    unique key it holds a hash, in an index the beginning."""
    return column in table.key or any(column in foreign.columns for foreign in table.foreign_keys)
