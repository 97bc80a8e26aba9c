"""The command line: help that fits a terminal, exit codes as promised, one JSON document, and no secrets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.servers.target import Target
from tests.support.command import INTERRUPTED, Outcome, Zdcdc
from tests.support.migration import made_database
from zdcdc.cli.main import cli
from zdcdc.stages.lock import running

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE DEFAULT 'it''s \\');
CREATE TABLE "ch`ild" (a TEXT NOT NULL, b REAL NOT NULL, p INTEGER REFERENCES parent ON DELETE CASCADE,
  "v w" BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX i ON "ch`ild" ("v w", b DESC);
CREATE TABLE keyless (n NUMERIC(8, 2) DEFAULT 1.5);
INSERT INTO parent (code) VALUES ('one'), ('two');
INSERT INTO "ch`ild" VALUES ('x', 0.5, 1, x'00ff');
INSERT INTO keyless VALUES (1), (2.5);
"""


@pytest.fixture
def zdcdc(target: Target, tmp_path: Path) -> Zdcdc:
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    return Zdcdc(made_database(tmp_path / "app.db", SCRIPT), url, target.password, tmp_path / "state")


def command(*arguments: str, **environment: str) -> Outcome:
    """``python -m zdcdc`` with nothing configured but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZDCDC_")}
    done = subprocess.run(
        [sys.executable, "-m", "zdcdc", *arguments],
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def with_json(zdcdc: Zdcdc, name: str, *options: str) -> tuple[Outcome, Any]:
    """A command under ``--json`` and the one document that it printed."""
    outcome = command(
        "--json",
        name,
        f"--sqlite-path={zdcdc.sqlite_path}",
        f"--mysql-url={zdcdc.url}",
        f"--state-dir={zdcdc.state_dir}",
        *options,
        ZDCDC_MYSQL_PASSWORD=zdcdc.password,
    )
    try:
        return outcome, json.loads(outcome.out)
    except json.JSONDecodeError as error:
        raise AssertionError(f"not one JSON document: {error}\n{outcome}") from error


def assert_refused(outcome: Outcome, status: int, code: str) -> None:
    assert outcome.exit_code == status, str(outcome)
    assert outcome.err.startswith(code) or f"\n{code}" in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("name", ["", *cli.commands])
def test_help_of_each_command_fits_80_columns_and_says_what_it_does(name: str) -> None:
    arguments = [name, "--help"] if name else ["--help"]
    shown = CliRunner().invoke(cli, arguments, env={"COLUMNS": "200"}, terminal_width=None)
    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    found: click.Command = cli.commands[name] if name else cli
    assert found.help
    assert found.help.split("\n")[0].endswith(".")
    for option in found.params:
        if isinstance(option, click.Option) and option.name not in ("sqlite_path",):
            assert option.help or option.show_default, option.name


@pytest.mark.parametrize(
    "arguments",
    [
        ["follow"],
        ["follow", "--sqlite-path=a.db"],
        ["follow", "--sqlite-path=a.db", "--mysql-url=postgresql://u:secret@h/d"],
        ["--config=/nonexistent/zdcdc.toml", "status"],
    ],
)
def test_wrong_configuration_exits_2_with_what_to_give(arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert_refused(outcome, 2, "CONF_001")
    assert "secret" not in outcome.err


@pytest.mark.parametrize("arguments", [["nonsense"], ["check", "--nonsense"], ["cutover", "--max-lag=soon"]])
def test_wrong_usage_exits_2_without_a_traceback(arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.err


def test_a_source_that_is_not_there_exits_4(tmp_path: Path) -> None:
    outcome = command("check", f"--sqlite-path={tmp_path}/none.db", "--mysql-url=mysql://u@127.0.0.1:1/d")
    assert_refused(outcome, 4, "CONN_001 [sqlite]")
    assert "hint:" in outcome.err


def test_a_server_that_does_not_answer_exits_5_and_shows_no_password(tmp_path: Path) -> None:
    path = made_database(tmp_path / "app.db", SCRIPT)
    url = "--mysql-url=mysql://u:s3cr%40t@127.0.0.1:1/d"
    outcome = command("check", f"--sqlite-path={path}", url, f"--state-dir={tmp_path}")
    assert_refused(outcome, 5, "CONN_001 [mysql]")
    debugging = command("-v", "check", f"--sqlite-path={path}", url, f"--state-dir={tmp_path}")
    assert "Traceback" in debugging.err
    for secret in ("s3cr@t", "s3cr%40t"):
        assert secret not in outcome.err + debugging.err


def test_a_wrong_password_exits_5_and_is_not_repeated(zdcdc: Zdcdc) -> None:
    outcome = Zdcdc(zdcdc.sqlite_path, zdcdc.url, "wr0ng-secret", zdcdc.state_dir).run("check")
    assert_refused(outcome, 5, "PERM_001")
    assert "wr0ng-secret" not in outcome.err


def test_a_whole_migration_by_commands_with_each_exit_code_on_its_way(zdcdc: Zdcdc, target: Target) -> None:
    outcome, document = with_json(zdcdc, "check")
    assert (outcome.exit_code, document["ok"]) == (0, True)
    for name in ("follow", "verify", "complete"):
        assert_refused(zdcdc.run(name), 3, "PHASE_001")
    _, document = with_json(zdcdc, "snapshot")
    assert document["rows"] == 5
    with zdcdc.started("follow") as follow:
        follow.wait_until(lambda: running(zdcdc.sqlite_path) == follow.process.pid, "following")
        follow.process.send_signal(signal.SIGINT)
        _, err = follow.process.communicate(timeout=60)
        assert follow.process.returncode == INTERRUPTED
        assert "Traceback" not in err
    assert_refused(zdcdc.run("cutover", "--one-way", "--yes"), 3, "PHASE_001")

    spoil(target, "spoilt")
    outcome = zdcdc.run("verify")
    assert outcome.exit_code == 6
    assert "parent (1,): differing in code" in outcome.out
    assert_refused(zdcdc.run("cutover", "--one-way", "--yes"), 3, "DATA_001")
    spoil(target, "one")
    outcome, document = with_json(zdcdc, "verify")
    assert (outcome.exit_code, document["identical"]) == (0, True)

    assert_refused(zdcdc.run("cutover", "--yes"), 2, "CONF_001")
    assert_refused(zdcdc.run("cutover", "--one-way", "--yes", "--max-pause=0.01"), 75, "LAG_001")
    assert_refused(zdcdc.run("cutover", "--dry-run", "--max-pause=0.01"), 75, "LAG_001")
    assert_refused(zdcdc.run("cutover", "--one-way", "--yes", "--before-cutover=exit 1"), 3, "PHASE_001")
    outcome, document = with_json(zdcdc, "status")
    assert (document["phase"], document["primary"]) == ("following", "sqlite")
    outcome, document = with_json(zdcdc, "cutover", "--one-way", "--yes")
    assert (outcome.exit_code, document["primary"], document["epoch"]) == (0, "mysql", 1)
    again, document = with_json(zdcdc, "cutover", "--one-way", "--yes")
    assert (again.exit_code, document["already"]) == (0, True)
    for name in ("follow", "snapshot"):
        assert_refused(zdcdc.run(name), 3, "PHASE_001")
    assert_refused(zdcdc.run("rollback", "--yes"), 3, "ROLL_001")
    outcome, document = with_json(zdcdc, "complete")
    assert (outcome.exit_code, document["completed"]) == (0, True)

    stored = [path for path in zdcdc.state_dir.rglob("*") if path.is_file()]
    assert stored
    for path in stored:
        assert path.stat().st_mode & 0o077 == 0
        assert zdcdc.password not in path.read_text()


def spoil(target: Target, value: str) -> None:
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("UPDATE parent SET code = %s WHERE id = 1", (value,))


def test_an_outcome_that_is_also_an_error_is_still_one_json_document(zdcdc: Zdcdc, target: Target) -> None:
    assert zdcdc.run("snapshot").exit_code == 0
    outcome, document = with_json(zdcdc, "cutover", "--dry-run")
    assert outcome.exit_code == 3
    assert not document["ready"]
    assert document["blockers"][0]["code"] == "PHASE_001"
    spoil(target, "spoilt")
    outcome, document = with_json(zdcdc, "verify")
    assert outcome.exit_code == 6
    assert not document["identical"]
    assert document["next_steps"] == ["zdcdc verify --repair"]
    (spoilt,) = [table for table in document["tables"] if table["differing"]]
    assert spoilt["table"] == "parent"
    assert spoilt["samples"][0]["columns"] == ["code"]


def test_an_error_under_json_is_one_document_with_code_and_hint(zdcdc: Zdcdc) -> None:
    outcome, document = with_json(zdcdc, "follow")
    assert outcome.exit_code == 3
    assert document["error"]["code"] == "PHASE_001"
    assert document["error"]["hint"]


def test_an_unexpected_failure_is_one_line_unless_more_is_asked_for(zdcdc: Zdcdc) -> None:
    zdcdc.state_dir.write_text("a file where the directory should be")
    outcome = zdcdc.run("check")
    assert outcome.exit_code in (1, 2)
    assert "Traceback" not in outcome.err


SCHEMA = (
    "SELECT table_name, column_name, ordinal_position, column_default, is_nullable, column_type, "
    "collation_name, extra FROM information_schema.columns WHERE table_schema = DATABASE() "
    "AND table_name NOT LIKE '\\_zdcdc%' "
    "ORDER BY 1, 3",
    "SELECT table_name, index_name, seq_in_index, column_name, non_unique, sub_part, collation FROM "
    "information_schema.statistics WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_zdcdc%' "
    "ORDER BY 1, 2, 3",
    "SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, "
    "k.referenced_column_name, r.delete_rule, r.update_rule FROM information_schema.key_column_usage k "
    "JOIN information_schema.referential_constraints r ON r.constraint_schema = k.table_schema "
    "AND r.constraint_name = k.constraint_name WHERE k.table_schema = DATABASE() "
    "ORDER BY 1, 2, k.ordinal_position",
)


def schema_of(target: Target) -> list[Any]:
    with closing(target.connect_root()) as mysql, mysql.cursor() as cursor:
        found = []
        for query in SCHEMA:
            cursor.execute(query)
            found.append(cursor.fetchall())
        return found


def test_the_sql_of_plan_makes_the_schema_that_snapshot_makes(zdcdc: Zdcdc, target: Target) -> None:
    plan = zdcdc.run("plan", "--sql")
    assert plan.exit_code == 0, str(plan)
    made = subprocess.run(
        target.client_command(),
        input=plan.out,
        text=True,
        capture_output=True,
        env=os.environ | {"MYSQL_PWD": target.server.administrator.password},
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    planned = schema_of(target)
    assert len(planned[0]) == 2 + 4 + 2
    assert planned[2]
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        for table in ("parent", "`ch``ild`", "keyless"):
            cursor.execute(f"DROP TABLE {table}")
    snapshot = zdcdc.run("snapshot")
    assert snapshot.exit_code == 0, str(snapshot)
    assert schema_of(target) == planned
