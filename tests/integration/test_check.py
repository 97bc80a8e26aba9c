"""Each finding is produced by a case that needs it, and a refusal comes before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.target import Target
from tests.support.killed import ROOT
from tests.support.migration import Migration, made_database
from tests.support.schema import sqlite_schema_of
from tests.support.tables import MARIADB, MYSQL, catalog_of
from zdcdc.check.findings import Finding, Level
from zdcdc.check.grants import TABLE_PRIVILEGES
from zdcdc.check.source import catalog_findings, library_findings, memory_findings, packet_findings
from zdcdc.check.survey import survey
from zdcdc.check.target import content_findings, settings_findings, wire_findings
from zdcdc.config import TargetConfig
from zdcdc.errors import PreconditionError
from zdcdc.facts import TableFacts
from zdcdc.wishes import Wishes

GOOD_SETTINGS = {"innodb_flush_log_at_trx_commit": "1", "local_infile": "ON", "read_only": "OFF"}
LONG = "n" * 65


def of_schema(script: str) -> dict[str, Finding]:
    catalog = catalog_of(script)
    return {finding.id: finding for finding in catalog_findings(catalog, catalog.tables, Wishes())}


def of_settings(changed: dict[str, str], version: str = "9.7.0") -> dict[str, Finding]:
    from dataclasses import replace

    found = settings_findings({**GOOD_SETTINGS, **changed}, replace(MYSQL, version=version))
    return {finding.id: finding for finding in found}


@pytest.mark.parametrize(
    ("script", "id_", "level"),
    [
        ("", "source.no_tables", Level.ERROR),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY)", "source.rollback_journal", Level.INFO),
        ("CREATE TABLE t (a); CREATE VIRTUAL TABLE f USING fts5(a)", "source.skipped", Level.WARNING),
        ("CREATE TABLE t (a)", "table.rowid", Level.INFO),
        ("CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL PRIMARY KEY)", "table.folded_key", Level.WARNING),
        (f'CREATE TABLE "{LONG}" (a)', "name.refused", Level.ERROR),
        ('CREATE TABLE t ("a ")', "name.refused", Level.ERROR),
        ('CREATE TABLE t ("🐎")', "name.refused", Level.ERROR),
        ('CREATE TABLE t ("_ZDCDC_x")', "name.refused", Level.ERROR),
        ("CREATE TABLE t (a); CREATE TABLE _zdcdc_notes (a)", "name.refused", Level.ERROR),
        ("CREATE TABLE t (a); CREATE VIEW _zdcdc_v AS SELECT 1", "name.refused", Level.ERROR),
        (
            "CREATE TABLE t (a); CREATE TRIGGER _zdcdc_r AFTER INSERT ON t BEGIN SELECT 1; END",
            "name.refused",
            Level.ERROR,
        ),
        (f"CREATE TABLE t ({', '.join(f'c{n}' for n in range(1018))})", "table.columns", Level.ERROR),
    ],
)
def test_a_schema_is_judged(script: str, id_: str, level: Level) -> None:
    found = of_schema(script)
    assert found[id_].level is level
    assert found[id_].message


def test_a_name_of_the_greatest_length_passes() -> None:
    assert "name.refused" not in of_schema(f'CREATE TABLE "{LONG[:-1]}" ("{LONG[:-1]}" INTEGER PRIMARY KEY)')


@pytest.mark.parametrize(
    ("changed", "id_", "level"),
    [
        ({"read_only": "ON"}, "target.read_only", Level.ERROR),
        ({"super_read_only": "ON"}, "target.read_only", Level.ERROR),
        ({"read_only": "NO_LOCK"}, "target.read_only", Level.ERROR),
        ({"innodb_read_only": "ON"}, "target.read_only", Level.ERROR),
        ({"log_bin": "ON", "binlog_format": "STATEMENT"}, "target.binlog_format", Level.ERROR),
        ({"innodb_flush_log_at_trx_commit": "2"}, "target.durability", Level.WARNING),
        ({"local_infile": "OFF"}, "target.local_infile", Level.INFO),
    ],
)
def test_settings_are_judged(changed: dict[str, str], id_: str, level: Level) -> None:
    assert of_settings({}) == {}
    assert of_settings(changed)[id_].level is level


@pytest.mark.parametrize(
    ("version", "old"), [("8.0.22", True), ("8.0.23", False), ("8.4.3-log", False), ("5.7.44", True)]
)
def test_a_server_that_is_too_old_is_refused(version: str, old: bool) -> None:
    assert ("target.version" in of_settings({}, version)) is old


def test_mariadb_has_an_oldest_version_of_its_own() -> None:
    assert list(settings_findings(GOOD_SETTINGS, MARIADB)) == []


@pytest.mark.parametrize(
    ("place", "encrypted", "ids"),
    [
        (TargetConfig("db.example"), False, ["target.tls"]),
        (TargetConfig("192.0.2.1"), False, ["target.tls"]),
        (TargetConfig("db.example"), True, []),
        (TargetConfig("db.example", unix_socket="/run/mysqld.sock"), False, []),
        (TargetConfig("localhost"), False, []),
        (TargetConfig("127.0.0.1"), False, []),
        (TargetConfig("::1"), False, []),
    ],
)
def test_a_wire_that_leaves_this_machine_without_tls_is_warned_of(
    place: TargetConfig, encrypted: bool, ids: list[str]
) -> None:
    found = list(wire_findings(place, encrypted))
    assert [finding.id for finding in found] == ids
    assert all(finding.level is Level.WARNING for finding in found)


@pytest.mark.parametrize(
    ("version", "mode", "ids"),
    [
        ((3, 36, 0), "delete", ["sqlite.library_old"]),
        ((3, 40, 1), "wal", ["sqlite.wal_reset"]),
        ((3, 40, 1), "delete", []),
        ((3, 44, 6), "wal", []),
        ((3, 50, 6), "wal", ["sqlite.wal_reset"]),
        ((3, 50, 7), "wal", []),
        ((3, 51, 2), "wal", ["sqlite.wal_reset"]),
        ((3, 52, 0), "wal", []),
    ],
)
def test_the_library_is_judged_by_its_version(
    version: tuple[int, int, int], mode: str, ids: list[str]
) -> None:
    assert [finding.id for finding in library_findings(version, mode)] == ids


def test_names_that_differ_by_case_only_meet_where_the_server_folds_them() -> None:
    assert [f.id for f in content_findings(["T"], ["t"], fold=True)] == ["target.table_exists"]
    assert list(content_findings(["T"], ["t"], fold=False)) == []
    assert [f.id for f in content_findings(["_zdcdc_checkpoint"], [], fold=False)] == ["target.migration"]


def test_a_row_that_no_packet_takes_is_refused_with_the_size_that_is_needed() -> None:
    facts = {"t": TableFacts(1, {}, largest_row=9_000_000)}
    (finding,) = packet_findings(facts, 16 * 1024 * 1024)
    assert finding.id == "target.packet"
    assert finding.hint == f"SET GLOBAL max_allowed_packet = {18 * 1024 * 1024}"
    assert list(packet_findings(facts, 32 * 1024 * 1024)) == []


def test_a_row_that_may_not_fit_into_the_memory_is_pointed_out() -> None:
    facts = {"t": TableFacts(1, {}, largest_row=200_000_000)}
    (finding,) = memory_findings(facts, 2_000_000_000)
    assert (finding.id, finding.level) == ("source.memory", Level.WARNING)
    assert list(memory_findings(facts, 3_000_000_000)) == []


SCRIPT = """
CREATE TABLE good (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE mixed (id INTEGER PRIMARY KEY, v);
CREATE TABLE infinite (id INTEGER PRIMARY KEY, v REAL);
CREATE TABLE broken (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO good VALUES (1, 'a');
INSERT INTO mixed VALUES (1, 1), (2, 'a');
INSERT INTO infinite VALUES (1, 9e999);
INSERT INTO broken VALUES (1, CAST(x'ff' AS TEXT));
"""


@pytest.fixture
def migration(target: Target, tmp_path: Path) -> Migration:
    return Migration(made_database(tmp_path / "app.db", SCRIPT), target)


def found_by(migration: Migration) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in survey(migration.config, prove=True).findings:
        found.setdefault(finding.id, []).append(finding)
    return found


@pytest.fixture
def without_privilege(target: Target, request: pytest.FixtureRequest) -> Iterator[str]:
    """The account without one of its grants."""
    privilege: str = request.param
    database = target.database.replace("_", "\\_")
    with closing(target.connect_root()) as root, root.cursor() as cursor:
        cursor.execute(f"REVOKE {privilege} ON `{database}`.* FROM '{target.user}'@'%'")
        yield privilege
        cursor.execute(f"GRANT {privilege} ON `{database}`.* TO '{target.user}'@'%'")


@pytest.mark.parametrize("without_privilege", ["INSERT", "CREATE", "INDEX"], indirect=True)
def test_a_privilege_that_is_missing_is_named_with_the_grant_that_gives_it(
    migration: Migration, without_privilege: str
) -> None:
    (finding,) = found_by(migration)["target.privileges"]
    assert without_privilege in finding.message
    assert finding.hint.startswith(f"GRANT {', '.join(TABLE_PRIVILEGES)} ON `")
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()


def test_values_and_tables_in_the_way_are_all_named_and_nothing_is_written(migration: Migration) -> None:
    before = sqlite_schema_of(migration.path)
    with closing(migration.target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("CREATE TABLE good (id INT)")
        found = found_by(migration)
        (exists,) = found["target.table_exists"]
        assert exists.table == "good"
        places = {(f.table, f.column): f.message for f in found["value.refused"]}
        assert set(places) == {("infinite", "v"), ("broken", "v")}
        assert {(f.table, f.column) for f in found["value.mixed"]} == {("mixed", "v")}
        assert "infinite" in places["infinite", "v"]
        assert "UTF-8" in places["broken", "v"]
        with pytest.raises(PreconditionError) as raised:
            migration.snapshot()
        for name in ("good", "infinite.v", "broken.v"):
            assert name in raised.value.what
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == (("good",),)
    assert sqlite_schema_of(migration.path) == before


def test_a_migration_that_has_begun_is_not_in_its_own_way(migration: Migration) -> None:
    migration.write("DELETE FROM mixed; DELETE FROM infinite; DELETE FROM broken")
    migration.snapshot()
    found = found_by(migration)
    assert found["target.own"][0].level is Level.INFO
    assert [finding for group in found.values() for finding in group if finding.level is Level.ERROR] == []


UNTESTED = {
    "name.case": "SQLite itself refuses two tables whose names differ by case",
    "source.space": "needs a full disk",
    "source.pattern": "tests/faults/test_usage.py",
    "source.wish": "tests/faults/test_planted_faults.py",
    "value.unfit": "tests/faults/test_planted_faults.py",
    "value.orphans": "tests/faults/test_planted_faults.py",
    "value.null_key": "tests/faults/test_planted_faults.py",
    "value.scale_measured": "tests/faults/test_planted_faults.py",
    "value.check_violated": "tests/faults/test_planted_faults.py",
    "source.unreadable": "tests/faults/test_application_functions.py",
    "source.unwritable": "tests/faults/test_application_functions.py",
    "table.indexes": "tests/faults/test_table_width.py",
    "table.key_parts": "tests/faults/test_table_width.py",
    "table.key_size": "tests/faults/test_table_width.py",
    "table.width": "tests/faults/test_table_width.py",
}


def test_every_finding_that_the_code_can_make_is_produced_here_or_says_why_not() -> None:
    made = set()
    for path in (ROOT / "zdcdc" / "check").glob("*.py"):
        made |= set(re.findall(r"\b(?:error|warning|info)\(\s*\"([a-z]+\.[a-z_]+)\"", path.read_text()))
    produced = set(re.findall(r"\"([a-z]+\.[a-z_]+)\"", Path(__file__).read_text()))
    assert made <= produced
    assert set(UNTESTED) <= made
