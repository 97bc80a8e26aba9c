"""Whether a row, and what is indexed of it, fits into InnoDB: pure, from the mapping and the server's page.

The server says so only when the table is made, after capture was installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zdcdc.apply.ddl import TableDdl
from zdcdc.apply.ddl.terms import key_size, size_of
from zdcdc.check.findings import Finding, error
from zdcdc.check.source import COLUMNS
from zdcdc.codecs.numbers import DecimalCodec
from zdcdc.mapping import INDEX_KEY_BYTES, UNSIZED, Capabilities, ColumnMapping, Helper, TableMapping
from zdcdc.schema import Table

ROW_SIZE = 65_535
"""Bytes of a row without the content of LONGTEXT and LONGBLOB (MySQL manual, Limits on Table Column Count and
Row Size)."""

INDEXES = 64
KEY_PARTS = 16
"""The server's limits: indexes of a table with the primary key (MAX_KEY; seen, the manual says 64 secondary
ones), columns of one key (MySQL manual, InnoDB limits)."""

_LONG = 4 + 8  # length and address
_ROW_HEAD = 5 + 6 + 7  # record header, transaction id, roll pointer
_LARGEST_PAGE = 65_536
_MOST_OF_LARGEST_PAGE = 16_383
_PAGE_HEAD = 132
_INLINE = 40  # MySQL: what may stay of a value that goes to a page of its own, with one byte of length
_POINTER = 20  # MariaDB: what stays then


def width_findings(
    table: Table, mapping: TableMapping, ddl: TableDdl, capabilities: Capabilities
) -> Iterator[Finding]:
    """What does not fit, for one table."""
    declared = declared_size(mapping, ddl.helpers)
    stored, most = stored_size(mapping, capabilities), page_share(capabilities.page_size)
    columns = len(mapping.columns) + len(ddl.helpers)
    if columns > COLUMNS:
        hidden = f"{len(ddl.helpers)} of them for keys"
        yield _too_wide(table, f"{columns} columns, {hidden}; InnoDB takes {COLUMNS}")
    elif declared > ROW_SIZE:
        yield _too_wide(table, f"its columns in keys may take {declared} bytes; MySQL takes {ROW_SIZE}")
    elif stored >= most:
        what = f"{columns} columns may take {stored} bytes of a page; InnoDB takes {most - 1}"
        yield _too_wide(table, what)
    count = 1 + len(mapping.unique) + len(ddl.keys)
    if count > INDEXES:
        yield error(
            "table.indexes",
            f"{count} indexes, the primary key among them; MySQL takes {INDEXES}",
            "drop what the application can do without, or exclude the table (--exclude)",
            table=table.name,
        )
    keys = {"its primary key": len(mapping.key)} | {index.name: len(index.parts) for index in table.indexes}
    for name, parts in keys.items():
        if parts > KEY_PARTS:
            yield error(
                "table.key_parts",
                f"{name} has {parts} columns; MySQL takes {KEY_PARTS}",
                "exclude the table (--exclude)",
                table=table.name,
            )
    yield from _key_findings(table, mapping)


def _key_findings(table: Table, mapping: TableMapping) -> Iterator[Finding]:
    """About types that were asked for: no primary key is chosen too long."""
    sizes = [key_size(column) for column in mapping.key_columns]
    if None in sizes or sum(size or 0 for size in sizes) > INDEX_KEY_BYTES:
        yield error(
            "table.key_size",
            f"its primary key may take more than the {INDEX_KEY_BYTES} bytes that InnoDB indexes",
            "give its columns shorter types under [columns] in zdcdc.toml",
            table=table.name,
        )


def _too_wide(table: Table, what: str) -> Finding:
    return error(
        "table.width", f"a row is too wide: {what}", "split it, or exclude it (--exclude)", table=table.name
    )


def declared_size(mapping: TableMapping, helpers: Sequence[Helper] = ()) -> int:
    """Bytes of a row as the server counts them when it makes the table, with ``helpers``."""
    nullable = sum(not column.not_null for column in mapping.columns) + len(helpers)
    computed = sum(_LONG if helper.type in UNSIZED else size_of(helper.type) for helper in helpers)
    return sum(map(_declared, mapping.columns)) + computed + -(-nullable // 8)


def _declared(column: ColumnMapping) -> int:
    if column.type in UNSIZED:
        return _LONG
    size = _variable(column)
    if size is None:
        return _fixed(column)
    return size + (1 if size < 256 else 2)


def stored_size(mapping: TableMapping, capabilities: Capabilities) -> int:
    """Bytes that a row may take of its page at the worst, in row format DYNAMIC.

    As MySQL counts them in dict_index_validate_max_rec_size (dict0dict.cc) and MariaDB in
    dict_index_t::rec_potentially_too_big (dict0dict.cc).
    """
    columns = [column for column in mapping.columns if column.computed is None or column.computed.stored]
    helpers = [helper for helper in mapping.helpers if helper.computed.stored]
    nullable = sum(not column.not_null for column in columns) + len(helpers)
    size = _ROW_HEAD + -(-nullable // 8) + sum(size_of(helper.type) for helper in helpers)
    for column in columns:
        most = 2**32 if column.type in UNSIZED else _variable(column)
        if most is None:
            size += _fixed(column)
        elif capabilities.mariadb:
            size += 1 + (most if most < 256 else _POINTER)
        else:
            size += 1 + min(most, _INLINE)
    return size


def page_share(page_size: int) -> int:
    """What the bytes of a row must stay below: half of what is free in an empty page."""
    return _MOST_OF_LARGEST_PAGE if page_size == _LARGEST_PAGE else (page_size - _PAGE_HEAD) // 2


def _fixed(column: ColumnMapping) -> int:
    """Bytes of a number, a date or a UUID, at the most: DECIMAL takes four for every nine digits."""
    if column.type == "UUID":
        return 16
    if not isinstance(column.codec, DecimalCodec):
        return 8
    return 4 * (-(-(column.codec.precision - column.codec.scale) // 9) + -(-column.codec.scale // 9))


def _variable(column: ColumnMapping) -> int | None:
    """The longest value of a VARCHAR or VARBINARY in bytes, None of what is eight bytes wide."""
    limit = column.codec.limit or 0
    if column.type.startswith("VARCHAR"):
        return 4 * limit
    return limit if column.type.startswith("VARBINARY") else None
