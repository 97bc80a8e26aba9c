"""The independent comparer sees every kind of difference, on real servers."""

from __future__ import annotations

import math
import random
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.compare import Chosen, Difference, Kind, differences, lost_and_doubled
from tests.support.target_side import Connection
from tests.support.values import Value
from zdcdc.demo.installation import Kind as ServerKind

TEXTS = ("", "plain", "trailing  ", "a\0b", "🍣 žluť 数", "back\\slash ' \" %s", "\ufeffmark", "line\r\n\t")
FRACTIONS = (0.1, 0.1 + 0.2, 1e300, -5e-324, 2.0, math.pi, 123456789.123456789)
TABLES = {
    "item": "id BIGINT PRIMARY KEY, whole BIGINT, fraction DOUBLE, price DOUBLE,"
    " name LONGTEXT, data LONGBLOB",
    "pair": "a VARCHAR(20), b BIGINT, c VARCHAR(40), PRIMARY KEY (a, b)",
    "loose": "_zdcdc_rowid BIGINT PRIMARY KEY, a LONGTEXT, b BIGINT",
    "twice": "a LONGTEXT, b BIGINT",
}
SOURCE = """
CREATE TABLE item (id INTEGER PRIMARY KEY, whole INTEGER, fraction REAL, price NUMERIC, name TEXT, data BLOB);
CREATE TABLE pair (a TEXT COLLATE NOCASE, b INTEGER, c TEXT, PRIMARY KEY (a, b));
CREATE TABLE loose (a TEXT, b INTEGER);
CREATE TABLE twice (a TEXT, b INTEGER);
CREATE TABLE _zdcdc_journal (sequence INTEGER PRIMARY KEY);
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SOURCE)
        for number in range(1, 41):
            connection.execute(
                "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)",
                (
                    number,
                    None if number == 7 else number * 10**15,
                    FRACTIONS[number % len(FRACTIONS)],
                    (1.99, 2, 0.5, -3)[number % 4],
                    TEXTS[number % len(TEXTS)],
                    bytes(range(256)) if number % 5 == 0 else b"",
                ),
            )
            connection.execute("INSERT INTO pair VALUES (?, ?, ?)", ("kK"[number % 2], number, f"c{number} "))
            connection.execute("INSERT INTO loose VALUES (?, ?)", ("same", 1))
            connection.execute("INSERT INTO twice VALUES (?, ?)", ("same", number % 2))
        connection.execute("DELETE FROM loose WHERE rowid % 3 = 0")
        connection.commit()
    return path


def filled(target: Target, source: Path) -> Connection:
    """The same data in MySQL, put there by this test itself."""
    mysql: Connection = target.connect()
    with closing(sqlite3.connect(source)) as sqlite, mysql.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {table} ({columns}) COLLATE {collation(target)}")
            names = "rowid, *" if "_zdcdc_rowid" in columns else "*"
            rows = sqlite.execute(f"SELECT {names} FROM {table}").fetchall()
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
    return mysql


@pytest.fixture
def mysql(target: Target, source: Path) -> Iterator[Connection]:
    with closing(filled(target, source)) as connection:
        yield connection


def collation(target: Target) -> str:
    return "utf8mb4_0900_bin" if target.kind is ServerKind.MYSQL else "utf8mb4_nopad_bin"


def run(mysql: Connection, sql: str, *values: Value) -> None:
    with mysql.cursor() as cursor:
        cursor.execute(sql, values)


def the_only(found: list[Difference]) -> Difference:
    assert len(found) == 1, [str(difference) for difference in found]
    assert str(found[0])
    return found[0]


def test_equal_sides_have_no_difference(source: Path, mysql: Connection) -> None:
    assert differences(source, mysql) == []


def test_a_changed_value_is_seen_in_its_row_and_column_and_nowhere_else(
    source: Path, mysql: Connection
) -> None:
    changes = (
        ("whole", "whole + 1"),
        ("whole", "NULL"),
        ("whole", "0"),
        ("name", "CONCAT(name, ' ')"),
        ("name", "CONCAT(name, CHAR(0))"),
        ("name", "CONCAT('x', UPPER(name))"),
        ("name", "NULL"),
        ("data", "x'00'"),
        ("data", "NULL"),
        ("price", "price + 0.5"),
        ("price", "0"),
    )
    for key, (column, changed) in enumerate(changes, start=10):
        run(mysql, f"UPDATE item SET {column} = {changed} WHERE id = {key}")
    found = differences(source, mysql)
    assert {(difference.kind, difference.table) for difference in found} == {(Kind.VALUE, "item")}
    seen = sorted((difference.key, difference.column) for difference in found)
    assert seen == [((key,), column) for key, (column, _) in enumerate(changes, start=10)]


def test_text_that_lost_or_changed_a_character_is_seen(source: Path, mysql: Connection) -> None:
    lost = {3: "ab", 4: "?? žluť 数", 2: "trailing", 6: "mark", 7: "line\n\t"}
    for key, text in lost.items():
        run(mysql, "UPDATE item SET name = %s WHERE id = %s", text, key)
    found = {
        difference.key: (difference.source, difference.target) for difference in differences(source, mysql)
    }
    assert found == {(key,): (TEXTS[key], text) for key, text in lost.items()}


def test_the_last_bit_of_a_double_is_seen(source: Path, mysql: Connection) -> None:
    exact = {key: FRACTIONS[key % len(FRACTIONS)] for key in range(1, 15)}
    nearby = {
        key: math.nextafter(number, math.inf if key > 7 else -math.inf) for key, number in exact.items()
    }
    for key, number in nearby.items():
        run(mysql, "UPDATE item SET fraction = %s WHERE id = %s", number, key)
    found = {
        difference.key: (difference.source, difference.target) for difference in differences(source, mysql)
    }
    assert found == {(key,): (exact[key], nearby[key]) for key in exact}


def test_a_value_in_another_storage_class_is_another_value(
    source: Path, target: Target, mysql: Connection
) -> None:
    stored_and_mapped = (
        ("'1'", "DOUBLE"),
        ("1.0", "BIGINT"),
        ("'1'", "BIGINT"),
        ("'1'", "DECIMAL(5,2)"),
        ("1.0", "LONGTEXT"),
        ("'1'", "LONGBLOB"),
        ("x'31'", "LONGTEXT"),
    )
    names = [f"free{number}" for number in range(len(stored_and_mapped))]
    with closing(sqlite3.connect(source)) as sqlite, sqlite:
        for name, (stored, column_type) in zip(names, stored_and_mapped, strict=True):
            sqlite.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v)")
            sqlite.execute(f"INSERT INTO {name} VALUES (1, {stored})")
            columns = f"id BIGINT PRIMARY KEY, v {column_type}"
            run(mysql, f"CREATE TABLE {name} ({columns}) COLLATE {collation(target)}")
            run(mysql, f"INSERT INTO {name} VALUES (1, '1')")
    found = differences(source, mysql)
    assert [(difference.kind, difference.table) for difference in found] == [
        (Kind.VALUE, name) for name in names
    ]


def test_a_missing_and_an_extra_row_are_seen(source: Path, mysql: Connection) -> None:
    run(mysql, "DELETE FROM item WHERE id = 5")
    run(mysql, "INSERT INTO item (id) VALUES (0)")
    found = differences(source, mysql)
    assert {(difference.kind, difference.key) for difference in found} == {
        (Kind.ROW_MISSING, (5,)),
        (Kind.ROW_EXTRA, (0,)),
    }


def test_a_key_in_other_letters_is_another_key_though_sqlite_ignores_case(
    source: Path, mysql: Connection
) -> None:
    run(mysql, "UPDATE pair SET a = UPPER(a) WHERE b = 2")
    kinds = {(difference.kind, difference.key) for difference in differences(source, mysql)}
    assert kinds == {(Kind.ROW_MISSING, ("k", 2)), (Kind.ROW_EXTRA, ("K", 2))}


def test_rows_without_a_key_are_told_apart_by_their_rowid(source: Path, mysql: Connection) -> None:
    run(mysql, "UPDATE loose SET _zdcdc_rowid = 3 WHERE _zdcdc_rowid = 2")
    kinds = {(difference.kind, difference.key) for difference in differences(source, mysql)}
    assert kinds == {(Kind.ROW_MISSING, (2,)), (Kind.ROW_EXTRA, (3,))}


def test_equal_rows_are_counted(source: Path, mysql: Connection) -> None:
    run(mysql, "DELETE FROM twice WHERE b = 1 LIMIT 1")
    assert the_only(differences(source, mysql)).kind is Kind.ROW_MISSING
    run(mysql, "INSERT INTO twice VALUES ('same', 1), ('same', 1)")
    assert the_only(differences(source, mysql)).kind is Kind.ROW_EXTRA


def test_another_schema_is_a_difference(source: Path, mysql: Connection) -> None:
    # Values that a FLOAT or BIT cannot hold would refuse the change of type.
    run(mysql, "SET SESSION sql_mode = ''")
    run(mysql, "ALTER TABLE item DROP COLUMN whole, ADD COLUMN more INT")
    run(mysql, "ALTER TABLE item MODIFY price BIT(60), MODIFY fraction FLOAT")
    run(mysql, "ALTER TABLE item MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    run(mysql, "ALTER TABLE pair MODIFY c VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    run(mysql, "DROP TABLE loose")
    run(mysql, "CREATE TABLE more (a INT)")
    found = differences(source, mysql)
    assert {(difference.kind, difference.table, difference.column) for difference in found} == {
        (Kind.COLUMN_MISSING, "item", "whole"),
        (Kind.COLUMN_EXTRA, "item", "more"),
        (Kind.COLUMN_TYPE, "item", "price"),
        (Kind.COLUMN_TYPE, "item", "fraction"),
        (Kind.COLUMN_TYPE, "item", "name"),
        (Kind.COLUMN_TYPE, "pair", "c"),
        (Kind.TABLE_MISSING, "loose", None),
        (Kind.TABLE_EXTRA, "more", None),
    }


def test_tables_and_columns_of_zdcdc_are_not_the_applications(source: Path, mysql: Connection) -> None:
    run(mysql, "CREATE TABLE _zdcdc_checkpoint (a INT)")
    run(mysql, "ALTER TABLE item ADD COLUMN _zdcdc_folded INT")
    assert differences(source, mysql) == []


def test_only_the_named_tables_are_looked_at(source: Path, mysql: Connection) -> None:
    run(mysql, "DELETE FROM pair")
    assert differences(source, mysql, tables=("item", "loose")) == []
    assert differences(source, mysql, tables=("pair",)) != []


def test_while_the_copy_runs_exactly_the_copied_rows_are_expected(source: Path, mysql: Connection) -> None:
    def copied(table: str, key: tuple[Value, ...]) -> bool:
        return table != "item" or (isinstance(key[0], int) and key[0] <= 20)

    run(mysql, "DELETE FROM item WHERE id > 20")
    assert differences(source, mysql, within=copied) == []
    run(mysql, "INSERT INTO item (id) VALUES (21)")
    assert the_only(differences(source, mysql, within=copied)).kind is Kind.ROW_EXTRA


def test_many_differences_are_told_in_part(source: Path, mysql: Connection) -> None:
    with closing(sqlite3.connect(source)) as sqlite, sqlite:
        sqlite.executemany("INSERT INTO twice VALUES ('more', ?)", [(number,) for number in range(200)])
    assert 1 < len(differences(source, mysql)) <= 50


def test_doubles_come_through_the_text_protocol_bit_for_bit(
    source: Path, target: Target, mysql: Connection
) -> None:
    """Random bit patterns, not only pleasant numbers: what the comparer's reading rests on."""
    generator = random.Random(93)
    numbers = [struct.unpack("<d", generator.randbytes(8))[0] for _ in range(5_000)]
    numbers = [number for number in numbers if math.isfinite(number)]
    with closing(sqlite3.connect(source)) as sqlite, sqlite:
        sqlite.execute("CREATE TABLE double (id INTEGER PRIMARY KEY, v REAL)")
        sqlite.executemany("INSERT INTO double (v) VALUES (?)", [(number,) for number in numbers])
    run(mysql, "CREATE TABLE `double` (id BIGINT PRIMARY KEY, v DOUBLE)")
    with mysql.cursor() as cursor:
        cursor.executemany("INSERT INTO `double` VALUES (%s, %s)", list(enumerate(numbers, start=1)))
    assert differences(source, mysql, tables=("double",)) == []


def test_lost_doubled_and_unacknowledged_tokens_are_named(mysql: Connection, source: Path) -> None:
    run(mysql, "CREATE TABLE ack (token VARCHAR(20))")
    run(mysql, "INSERT INTO ack VALUES ('a'), ('b'), ('b'), ('d')")
    found = lost_and_doubled(("a", "b", "c"), mysql)
    assert (found.lost, found.doubled, found.unacknowledged) == (("c",), ("b",), ("d",))
    with pytest.raises(ValueError, match="twice"):
        lost_and_doubled(("a", "a"), mysql)


TYPED_SOURCE = """
CREATE TABLE typed (id INTEGER PRIMARY KEY, day DATE, at DATETIME, clock TIME, price DECIMAL(8, 2), cost REAL,
  flag BOOLEAN, free, word TEXT COLLATE NOCASE, document JSON, "Odd Name" TEXT);
INSERT INTO typed VALUES
  (1, '2024-02-29', '2024-01-02T03:04:05Z', '03:04', 1.1, 1.25, 1, 7, 'Word', '{"b": 1, "a": 2}', 'x'),
  (2, NULL, '2024-01-02T03:04:05.5Z', '23:59', 2, 2.0, 0, 'seven', 'b', NULL, 'y'),
  (3, '1999-12-31', NULL, NULL, 0.3, NULL, NULL, 7.5, 'é', '[]', NULL);
"""
TYPED = """CREATE TABLE typed_there (id BIGINT PRIMARY KEY, day DATE, at DATETIME(6), clock TIME(6),
  price DECIMAL(8, 2), cost DECIMAL(8, 2), flag TINYINT(1), free LONGTEXT, word VARCHAR(20) COLLATE {folding},
  document JSON, odd_name LONGTEXT) COLLATE {exact}"""
TYPED_ROWS = (
    (1, "2024-02-29", "2024-01-02 03:04:05", "03:04", "1.1", "1.25", 1, "7", "Word", '{"b": 1, "a": 2}', "x"),
    (2, None, "2024-01-02 03:04:05.5", "23:59", "2", "2", 0, "seven", "b", None, "y"),
    (3, "1999-12-31", None, None, "0.3", None, None, "7.5", "é", "[]", None),
)


@pytest.fixture
def typed(target: Target, tmp_path: Path) -> Iterator[tuple[Path, Connection]]:
    path = tmp_path / "typed.db"
    with closing(sqlite3.connect(path)) as sqlite:
        sqlite.executescript(TYPED_SOURCE)
    folding = "utf8mb4_0900_as_ci" if target.kind is ServerKind.MYSQL else "utf8mb4_uca1400_nopad_as_ci"
    with closing(target.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(TYPED.format(exact=collation(target), folding=folding))
        marks = ", ".join(["%s"] * len(TYPED_ROWS[0]))
        cursor.executemany(f"INSERT INTO typed_there VALUES ({marks})", TYPED_ROWS)
        yield path, connection


CHOSEN = Chosen(tables={"typed": "typed_there"}, columns={("typed", "Odd Name"): "odd_name"})


def test_other_types_than_the_storage_classes_are_equal_where_one_rule_gives_every_value_back(
    typed: tuple[Path, Connection],
) -> None:
    assert differences(*typed, chosen=CHOSEN) == []


@pytest.mark.parametrize(
    ("column", "changed"),
    [
        ("day", "'2024-02-28'"),
        ("at", "'2024-01-02 03:04:05.000001'"),
        ("clock", "'03:04:00.000001'"),
        ("price", "1.11"),
        ("cost", "1.24"),
        ("flag", "0"),
        ("free", "'7.0'"),
        ("word", "'word'"),
        ("document", """'{"b": 1, "a": "2"}'"""),
        ("odd_name", "'X'"),
    ],
)
def test_a_changed_value_of_such_a_type_is_seen(
    typed: tuple[Path, Connection], column: str, changed: str
) -> None:
    run(typed[1], f"UPDATE typed_there SET {column} = {changed} WHERE id = 1")
    found = the_only(differences(*typed, chosen=CHOSEN))
    assert (found.kind, found.key) == (Kind.VALUE, (1,))


def test_a_type_that_gives_the_texts_back_in_no_spelling_is_a_difference(
    typed: tuple[Path, Connection],
) -> None:
    with closing(sqlite3.connect(typed[0])) as sqlite, sqlite:
        sqlite.execute("UPDATE typed SET at = '2024-01-02 03:04:05' WHERE id = 2")
    found = the_only(differences(*typed, chosen=CHOSEN))
    assert (found.kind, found.column) == (Kind.COLUMN_TYPE, "at")


def test_a_collation_that_folds_is_right_only_where_the_source_declares_it(
    typed: tuple[Path, Connection],
) -> None:
    run(typed[1], "ALTER TABLE typed_there MODIFY odd_name VARCHAR(20) COLLATE utf8mb4_bin")
    found = the_only(differences(*typed, chosen=CHOSEN))
    assert (found.kind, found.column) == (Kind.COLUMN_TYPE, "Odd Name")
