"""Findings about the source: pure, from its catalog and the facts about its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zdcdc.check.findings import Finding, error, info, warning
from zdcdc.facts import TableFacts
from zdcdc.model import Selection
from zdcdc.names import PREFIX
from zdcdc.schema import Catalog, Table
from zdcdc.sqlite import FIRST_SAFE_LIBRARIES
from zdcdc.wishes import Wishes

NAME_CHARACTERS = 64
COLUMNS = 1017
"""InnoDB's limits (MySQL manual, InnoDB limits)."""

LARGEST_PACKET = 1024 * 1024 * 1024
"""The most that max_allowed_packet can be (MySQL and MariaDB manuals)."""

MEMORY_PER_BYTE = 12
"""Seen with blobs of 100 MB: 11 where they travel in statements, 8 with LOAD DATA."""

PACKET_PER_STATEMENT = 4096
PACKET_PER_COLUMN = 300
"""Bytes of an INSERT of one row beside its texts and blobs: a name has 64 characters at most."""

OLDEST_LIBRARY = (3, 37, 0)
"""``PRAGMA table_list`` came with it."""


def library_findings(version: tuple[int, int, int], journal_mode: str) -> Iterator[Finding]:
    """About the SQLite library that zdcdc itself uses."""
    shown = ".".join(map(str, version))
    if version < OLDEST_LIBRARY:
        yield error(
            "sqlite.library_old", f"SQLite {shown} is too old", "use a Python with SQLite 3.37 or newer"
        )
    if journal_mode == "wal" and not _without_reset_race(version):
        yield info(
            "sqlite.wal_reset",
            f"SQLite {shown} has the WAL-reset race (fixed in 3.51.3, 3.50.7 and 3.44.6)",
            "zdcdc never checkpoints the WAL itself; update the application's library when you can",
        )


def _without_reset_race(version: tuple[int, int, int]) -> bool:
    newest = FIRST_SAFE_LIBRARIES[0]
    return version >= newest or any(
        version[:2] == safe[:2] and version >= safe for safe in FIRST_SAFE_LIBRARIES[1:]
    )


def catalog_findings(catalog: Catalog, taking_part: Sequence[Table], wishes: Wishes) -> Iterator[Finding]:
    """About tables, names, and what is not carried over."""
    if not taking_part:
        hint = "correct --include and --exclude" if catalog.tables else "is --sqlite-path the right file?"
        yield error("source.no_tables", "there is no table to migrate", hint)
    if catalog.rollback_journal:
        yield info(
            "source.rollback_journal",
            f"journal mode {catalog.journal_mode}: readers block commits, so reads are kept short",
            "PRAGMA journal_mode = WAL makes the copy faster and the application undisturbed",
        )
    for skipped in catalog.skipped:
        if skipped.kind == "reserved":
            hint = "rename it in SQLite (ALTER TABLE … RENAME TO …), or drop it"
            yield error("name.refused", skipped.reason, hint, table=skipped.name)
        elif skipped.kind != "shadow":
            yield warning("source.skipped", f"not migrated: {skipped.reason}", table=skipped.name)
    folded: dict[str, str] = {}
    for table in taking_part:
        name = wishes.table(table.name)
        yield from _name_findings(name, table.name, None)
        if name.lower() in folded:
            yield error(
                "name.case",
                f"differs from {folded[name.lower()]} by case only",
                f'[tables."{table.name}"] name = "…" in zdcdc.toml gives it another one in MySQL',
                table=table.name,
            )
        folded[name.lower()] = table.name
        yield from _table_findings(table, wishes)


def _table_findings(table: Table, wishes: Wishes) -> Iterator[Finding]:
    folded: dict[str, str] = {}
    for column in table.columns:
        name = wishes.column(table.name, column.name).name or column.name
        yield from _name_findings(name, table.name, column.name)
        if name.lower() in folded:
            # SQLite folds the case of ASCII letters only, MySQL of all.
            yield error(
                "name.case",
                f"differs from column {folded[name.lower()]} by case only",
                f'[columns."{table.name}.{column.name}"] name = "…" in zdcdc.toml gives it another one',
                table.name,
                column.name,
            )
        folded[name.lower()] = column.name
    columns = len(table.columns) + table.key_is_rowid
    if columns > COLUMNS:
        hidden = ", one of them for the rowid" if table.key_is_rowid else ""
        message = f"{columns} columns{hidden}; InnoDB takes {COLUMNS}"
        yield error("table.columns", message, "exclude it, or split it", table=table.name)
    if table.key_is_rowid:
        yield info(
            "table.rowid",
            "no NOT NULL primary key: rows are told apart by rowid, kept in an invisible column",
            "do not VACUUM the source while the migration runs",
            table=table.name,
        )
    if table.folded_key:
        yield warning(
            "table.folded_key",
            "the key ignores case or trailing spaces in SQLite and will not in MySQL",
            table=table.name,
        )


def _name_findings(name: str, table: str, column: str | None) -> Iterator[Finding]:
    reason = None
    if len(name) > NAME_CHARACTERS:
        reason = f"a name of {len(name)} characters; MySQL takes {NAME_CHARACTERS}"
    elif not name or name.endswith(" "):
        reason = "MySQL refuses names that are empty or end in a space"
    elif any(ord(character) > 0xFFFF or character == "\0" for character in name):
        reason = "MySQL refuses names with characters outside the basic plane"
    elif name.lower().startswith(PREFIX):
        reason = f"names that start with {PREFIX} belong to zdcdc"
    if reason:
        entry = f'[columns."{table}.{column}"]' if column is not None else f'[tables."{table}"]'
        hint = f'{entry} name = "…" in zdcdc.toml gives it another one in MySQL; or exclude the table'
        yield error("name.refused", reason, hint, table=table, column=column)


def selection_findings(selection: Selection, tables: Sequence[Table]) -> Iterator[Finding]:
    """Patterns that choose nothing: most likely misspelt, and then a table is missing, or is not left out."""
    for option, patterns in (("--include", selection.include), ("--exclude", selection.exclude)):
        for pattern in patterns:
            if not any(Selection(include=(pattern,)).takes(table.name) for table in tables):
                what = f"{option} {pattern}: no table has such a name"
                yield warning("source.pattern", what, "is it misspelt? * and ? stand for other characters")


def wish_findings(wishes: Wishes, tables: Sequence[Table]) -> Iterator[Finding]:
    """What is asked for of columns and tables that are not there: most likely misspelt."""
    columns = [(table.name, column.name) for table in tables for column in table.columns]
    for pattern in wishes.unmatched(columns):
        what = f"zdcdc.toml asks for {pattern}, which no table has"
        yield error("source.wish", what, "correct the name, or remove it")


def packet_findings(facts: Mapping[str, TableFacts], max_allowed_packet: int) -> Iterator[Finding]:
    """Rows that the server would not take in one packet; blobs travel as two digits a byte."""
    for table, seen in facts.items():
        need = 2 * seen.largest_row + PACKET_PER_STATEMENT + PACKET_PER_COLUMN * len(seen.columns)
        if need > LARGEST_PACKET:
            yield error(
                "target.packet",
                f"a row of {seen.largest_row} bytes needs a packet of {need}; no server takes more than "
                f"{LARGEST_PACKET}",
                "shorten the row, or exclude the table (--exclude)",
                table,
            )
        elif need > max_allowed_packet:
            yield error(
                "target.packet",
                f"a row of {seen.largest_row} bytes needs a packet of {need}; max_allowed_packet is "
                f"{max_allowed_packet}",
                f"SET GLOBAL max_allowed_packet = {_rounded(need)}",
                table,
            )


def memory_findings(facts: Mapping[str, TableFacts], available: int) -> Iterator[Finding]:
    """Rows that may not fit into the memory that is ``available`` (bytes) while they are copied."""
    for table, seen in facts.items():
        need = MEMORY_PER_BYTE * seen.largest_row
        if need > available:
            yield warning(
                "source.memory",
                f"a row of {seen.largest_row} bytes takes about {_rounded(need) // 1048576} MiB of memory; "
                f"{available // 1048576} MiB are free",
                "run it where there is more memory, or exclude the table (--exclude)",
                table,
            )


def _rounded(size: int) -> int:
    mebibyte = 1024 * 1024
    return -(-size // mebibyte) * mebibyte
