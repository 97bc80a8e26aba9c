"""The authors' MySQL script loads, and the comparison with it can fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.chinook import authors_database, authors_differences, chinook_copy
from tests.support.source_side import user_tables
from tests.support.storage_classes import storage_classes
from tests.support.target_side import Connection
from zdcdc.demo.installation import Kind

TYPES = {"integer": "BIGINT", "text": "LONGTEXT", "real": "DOUBLE"}


@pytest.fixture
def migrated(target: Target, tmp_path: Path) -> Iterator[Connection]:
    """Chinook in MySQL, put there by this test itself: prices as DOUBLE, times as text."""
    path = chinook_copy(tmp_path)
    collation = "utf8mb4_0900_bin" if target.kind is Kind.MYSQL else "utf8mb4_nopad_bin"
    columns: dict[str, list[str]] = {}
    for column in storage_classes(path):
        (storage_class,) = column.rows.keys() - {"null"}
        columns.setdefault(column.table, []).append(f"{column.column} {TYPES[storage_class]}")
    mysql: Connection = target.connect()
    with closing(mysql):
        with closing(sqlite3.connect(path)) as sqlite, mysql.cursor() as cursor:
            for name, table in user_tables(sqlite).items():
                key = f"PRIMARY KEY ({', '.join(table.key)})"
                cursor.execute(f"CREATE TABLE {name} ({', '.join(columns[name])}, {key}) COLLATE {collation}")
                rows = sqlite.execute(f"SELECT * FROM {name}").fetchall()
                cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
        yield mysql


def test_the_comparison_with_the_authors_data_passes_and_fails_as_it_should(
    target: Target, migrated: Connection
) -> None:
    root = target.server.administrator
    name = f"{target.database}_authors"
    with authors_database(root.host, root.port, root.user, root.password, name) as authors:
        assert authors_differences(migrated, authors) == []
        with migrated.cursor() as cursor:
            cursor.execute("UPDATE Invoice SET Total = 1.9799999999999998 WHERE InvoiceId = 1")
            cursor.execute("UPDATE Invoice SET InvoiceDate = '2021-01-01' WHERE InvoiceId = 1")
            cursor.execute("UPDATE Track SET Name = REPLACE(Name, '\\\\', '') WHERE TrackId = 3435")
            cursor.execute("UPDATE Track SET Bytes = Bytes + 1 WHERE TrackId = 1")
            cursor.execute("DELETE FROM PlaylistTrack WHERE PlaylistId = 1 AND TrackId = 1")
            cursor.execute("INSERT INTO Genre VALUES (26, 'Fado')")
            cursor.execute("DROP TABLE MediaType")
        found = "\n".join(sorted(authors_differences(migrated, authors)))
    assert found.splitlines() == [
        "Genre (26,) is not in the authors' data",
        *[line for line in found.splitlines() if line.startswith("Invoice.")],
        "MediaType is missing",
        "PlaylistTrack (1, 1) is missing",
        *[line for line in found.splitlines() if line.startswith("Track.")],
    ]
    assert found.count("Invoice.InvoiceDate (1,)") == 1
    assert found.count("Invoice.Total (1,)") == 1
    assert found.count("Track.Name (3435,)") == 1
    assert found.count("Track.Bytes (1,)") == 1


def test_the_authors_database_is_gone_afterwards(target: Target) -> None:
    root = target.server.administrator
    name = f"{target.database}_authors"
    with authors_database(root.host, root.port, root.user, root.password, name):
        pass
    with closing(target.connect_root()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name = %s", (name,))
        assert cursor.fetchone() == (0,)
