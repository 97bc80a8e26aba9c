"""Defaults of every kind, each with the declaration of its column and a value that is in it already."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from tests.support.tables import database
from zdcdc.capture.catalog import catalog_in_transaction
from zdcdc.capture.scan import scan_table
from zdcdc.choose.tables import Context, Scanned, map_tables
from zdcdc.mapping import Capabilities, TableMapping
from zdcdc.schema import Table


@dataclass(frozen=True)
class Case:
    """A column ``declared`` so, that holds what the SQL text ``stored`` says, with its default."""

    declared: str
    stored: str
    default: str


def mapped_cases(cases: Sequence[Case], server: Capabilities) -> tuple[Table, TableMapping]:
    """A table with a column for each case, and its mapping; the first column of that is the rowid."""
    columns = ", ".join(f"c{n} {case.declared} DEFAULT {case.default}" for n, case in enumerate(cases))
    script = f"CREATE TABLE t ({columns}); INSERT INTO t VALUES ({', '.join(case.stored for case in cases)});"
    with database(script) as connection, closing(connection):
        table = catalog_in_transaction(connection).table("t")
        (found,) = map_tables([Scanned(1, table, scan_table(connection, table, 2.0))], Context(server))
    assert not found.refusals
    return table, found.mapping


NOW = "'2024-01-01 00:00:00'"
DAY, CLOCK = "'2024-01-01'", "'10:00:00'"
PYTHON = "'2024-01-01 00:00:00.000001'"

CASES = (
    Case("INTEGER", "1", "5"),
    Case("INTEGER", "1", "-5"),
    Case("INTEGER", "1", "+5"),
    Case("INTEGER", "1", "- 5"),
    Case("INTEGER", "1", "0x1F"),
    Case("INTEGER", "1", "'7'"),
    Case("INTEGER", "1", "2.0"),
    Case("INTEGER", "1", "TRUE"),
    Case("INTEGER", "1", "(1 + 2 * 3)"),
    Case("INTEGER", "1", "9223372036854775807"),
    Case("INTEGER", "1", "-9223372036854775808"),
    Case("INTEGER", "1", "(length('abc'))"),
    Case("INTEGER", "1", "NULL"),
    Case("INTEGER", "1", "(NULL)"),
    Case("INTEGER", "1", "(strftime('%s', 'now'))"),
    Case("INTEGER", "1", "(unixepoch())"),
    Case("INTEGER", "1", "(unixepoch('now'))"),
    Case("INTEGER", "1", "(CAST(strftime('%s', 'now') AS INT))"),
    Case("INTEGER", "1", "(strftime('%s', 'now') * 1000)"),
    Case("INTEGER", "1", "(strftime('%Y', 'now'))"),
    Case("INTEGER", "1", "(strftime('%m', 'NOW') + 0)"),
    Case("BOOLEAN", "1", "TRUE"),
    Case("BOOLEAN", "1", "false"),
    Case("BOOLEAN", "1", "'1'"),
    Case("REAL", "1.5", "2.5"),
    Case("REAL", "1.5", "1e300"),
    Case("REAL", "1.5", "-1.5E-10"),
    Case("REAL", "1.5", "3"),
    Case("REAL", "1.5", "0.1"),
    Case("REAL", "1.5", "(strftime('%s', 'now'))"),
    Case("NUMERIC", "0.1e-40", "5"),
    Case("NUMERIC", "0.1e-40", "1.5"),
    Case("DECIMAL(10,2)", "1.5", "0"),
    Case("DECIMAL(10,2)", "1.5", "9.99"),
    Case("DECIMAL(10,2)", "1.5", "'9.99'"),
    Case("DECIMAL(10,2)", "1.5", "-0.5"),
    Case("TEXT", "'a'", "''"),
    Case("TEXT", "'a'", "'abc'"),
    Case("TEXT", "'a'", "'it''s'"),
    Case("TEXT", "'a'", "'back\\slash'"),
    Case("TEXT", "'a'", "'é 😀'"),
    Case("TEXT", "'a'", "'%s %d'"),
    Case("TEXT", "'a'", "'a\nb\tc'"),
    Case("TEXT", "'a'", "('a' || char(0) || 'b')"),
    Case("TEXT", "'a'", '"double quoted"'),
    Case("TEXT", "'a'", "bare"),
    Case("TEXT", "'a'", "[bracketed one]"),
    Case("TEXT", "'a'", "5"),
    Case("TEXT", "'a'", "1.0"),
    Case("TEXT", "'a'", "TRUE"),
    Case("TEXT", "'a'", "'NULL'"),
    Case("TEXT", "'a'", "'CURRENT_TIMESTAMP'"),
    Case("TEXT", "'a'", "(json_array())"),
    Case("TEXT", "'a'", "(json_object('a', 1))"),
    Case("TEXT", "'a'", "('[]')"),
    Case("TEXT", "'a'", "(upper('x') || 1)"),
    Case("TEXT", "'a'", "(printf('%05d', 7))"),
    Case("TEXT", "'a'", "CURRENT_TIMESTAMP"),
    Case("TEXT", "'a'", "current_date"),
    Case("TEXT", "'a'", "CURRENT_TIME"),
    Case("TEXT", "'a'", "(datetime('now'))"),
    Case("TEXT", "'a'", "(datetime())"),
    Case("TEXT", "'a'", "(date('now'))"),
    Case("TEXT", "'a'", "(time('now'))"),
    Case("TEXT", "'a'", "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"),
    Case("TEXT", "'a'", "(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"),
    Case("TEXT", "'a'", "(strftime('%f|%j|%w|%%|%s|%M', 'now'))"),
    Case("TEXT", "'a'", "(strftime('%s', 'now'))"),
    Case("TEXT", "'a'", "(strftime('%d.%m.%Y', 'now') || ' (' || date('now') || ')')"),
    Case("TEXT", "'a'", "(unixepoch())"),
    Case("TEXT", "'a'", "('id-' || strftime('%s', 'now'))"),
    Case("TEXT", "'a'", "(substr(datetime('now'), 1, 7))"),
    Case("VARCHAR(20)", "'a'", "'new'"),
    Case("VARCHAR(30)", "'a'", "(datetime('now'))"),
    Case("VARCHAR(20)", "'a'", "'é'"),
    Case("VARCHAR(20)", "'a'", "'it''s'"),
    Case("TEXT COLLATE NOCASE", "'a'", "'Abc'"),
    Case("BLOB", "x'00'", "x'00ff'"),
    Case("BLOB", "x'00'", "x''"),
    Case("BLOB", "x'00'", "(zeroblob(3))"),
    Case("BLOB", "'text'", "'text'"),
    Case("DATE", DAY, "CURRENT_DATE"),
    Case("DATE", DAY, "'2024-02-29'"),
    Case("DATE", DAY, "(strftime('%Y-%m-01', 'now'))"),
    Case("TEXT", "1", "'never'"),
    Case("DATETIME", NOW, "CURRENT_TIMESTAMP"),
    Case("DATETIME", PYTHON, "CURRENT_TIMESTAMP"),
    Case("DATETIME", PYTHON, "'2024-02-29 10:00:00'"),
    Case("DATETIME", "'2024-01-01 00:00:00.123'", "(strftime('%Y-%m-%d %H:%M:%f', 'now'))"),
    Case("DATETIME", "'2024-01-01T00:00:00.123Z'", "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"),
    Case("DATETIME", "'2024-01-01T00:00:00Z'", "(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"),
    Case("DATETIME", "'2024-01-01T00:00:00+00:00'", "(strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'))"),
    Case("DATETIME", "'2024-01-01 00:00'", "(strftime('%Y-%m-%d %H:%M', 'now'))"),
    Case("TIME", CLOCK, "CURRENT_TIME"),
    Case("TIME", "'10:00'", "(strftime('%H:%M', 'now'))"),
    Case("TIME", CLOCK, "'10:20:30'"),
    Case("", "'a'", "'x'"),
    Case("", "1", "2"),
)

HEX = "[0-9a-f]"
UUID = (
    "(lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || "
    "substr(lower(hex(randomblob(2))), 2) || '-' || substr('89ab', abs(random()) % 4 + 1, 1) || "
    "substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))))"
)
RANDOM = (
    ("TEXT", "'a'", "(lower(hex(randomblob(16))))", f"{HEX}{{32}}"),
    ("TEXT", "'a'", "(hex(randomblob(16)))", "[0-9A-F]{32}"),
    ("TEXT", "'a'", UUID, f"{HEX}{{8}}-{HEX}{{4}}-4{HEX}{{3}}-[89ab]{HEX}{{3}}-{HEX}{{12}}"),
    ("INTEGER", "1", "(random())", r"-?\d{1,19}"),
    ("INTEGER", "1", "(abs(random()) % 1000)", r"\d{1,3}"),
    ("BLOB", "x'00'", "(randomblob(16))", f"{HEX}{{32}}"),
)
"""With the shape of what they give; a blob as its digits."""

REFUSED = (
    Case("INTEGER", "1", "'abc'"),
    Case("INTEGER", "1", "1.5"),
    Case("INTEGER", "1", "CURRENT_TIMESTAMP"),
    Case("INTEGER", "1", "(julianday('now'))"),
    Case("BOOLEAN", "1", "2"),
    Case("BOOLEAN", "1", "(abs(random()) % 2)"),
    Case("REAL", "1.5", "1e999"),
    Case("REAL", "1.5", "(julianday('now'))"),
    Case("NUMERIC", "0.1e-40", "(random())"),
    Case("TEXT", "'a'", "x'00'"),
    Case("TEXT", "'a'", "(datetime('now', 'localtime'))"),
    Case("TEXT", "'a'", "(datetime('now', '+1 day'))"),
    Case("TEXT", "'a'", "(strftime('%W', 'now'))"),
    Case("TEXT", "'a'", "(strftime('%Y', 'now', 'localtime'))"),
    Case("TEXT", "'a'", "(strftime('%Y', CURRENT_TIMESTAMP))"),
    Case("TEXT", "'a'", "(sqlite_version())"),
    Case("TEXT", "'a'", "(randomblob(4))"),
    Case("TEXT", "'a'", "(hex(randomblob(2000)))"),
    Case("NUMERIC", "'word'", "(hex(randomblob(4)))"),
    Case("DATE", DAY, "CURRENT_TIMESTAMP"),
    Case("DATE", DAY, "'never'"),
    Case("DATETIME", NOW, "(date('now'))"),
    Case("DATETIME", "'2024-01-01T00:00:00'", "CURRENT_TIMESTAMP"),
    Case("DATETIME", "'2024-01-01 00:00:00.000000'", "CURRENT_TIMESTAMP"),
    Case("DATETIME", PYTHON, "(strftime('%Y-%m-%d %H:%M:%f', 'now'))"),
    Case("TIME", CLOCK, "(strftime('%H:%M', 'now'))"),
    Case("BLOB", "x'00'", "'text'"),
    Case("VARCHAR(3)", "'a'", "'four'"),
    Case("TEXT", "'a'", "(no_such_function())"),
)
