"""One case on one server, by the commands that a user gives, held to what it says and to a twin.

The twin is a second source to which the same is done and nothing else: after a rollback both must have the
same schema and the same rows, so that nothing of ours changed what the application did.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pymysql.err
import pytest

from tests.servers.target import Target
from tests.support import restoring, source_side
from tests.support.cases import CAUGHT_UP, Case, Expected, ExpectedFinding, Result, execute
from tests.support.command import Outcome
from tests.support.compare import Chosen, differences
from tests.support.in_process import zdcdc
from tests.support.restoring import Restore
from tests.support.schema import sqlite_schema_of
from tests.support.source_side import quoted, user_tables
from tests.support.target_side import Connection
from tests.support.values import digest

REFUSED = 3
SURROUNDINGS = ("sqlite.", "target.", "source.space", "source.memory", "source.rollback_journal")
"""Findings about the machine and the server, which no case is about."""

RULES: dict[str, Restore] = {"mixed": restoring.text_or_number, "tagged": restoring.tagged}
"""By the codec that a case expects."""


@dataclass
class CaseRun:
    """``case`` against ``target``, with files in ``place``."""

    case: Case
    target: Target
    place: Path

    @cached_property
    def expected(self) -> Expected:
        return self.case.expected(self.target.kind.value)

    @property
    def source(self) -> Path:
        return self.place / "app.db"

    @property
    def twin(self) -> Path:
        return self.place / "twin.db"

    @property
    def state(self) -> Path:
        return self.place / "state"

    def run(self) -> None:
        """The whole case."""
        with closing(self._mysql):
            self._run()

    @cached_property
    def _mysql(self) -> Connection:
        """One for all that is asked: a connection takes longer than most of what is asked over it."""
        return self.target.connect()

    def _run(self) -> None:
        for path in (self.source, self.twin):
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute(f"PRAGMA encoding = '{self.expected.encoding}'")
                connection.execute(f"PRAGMA journal_mode = {self.expected.journal_mode}")
                execute(connection, self.case.script("schema.sql"))
                execute(connection, self.case.script("rows.sql"))
        self._check()
        if self.expected.result is Result.REFUSED:
            self._refused()
        else:
            self._migrated()

    def _command(self, name: str, *options: str, settings: str = "config.toml") -> Outcome:
        file = self.case.settings(settings) or self.case.settings("config.toml")
        if file is None:
            file = self.place / "zdcdc.toml"
            file.touch()
        target = self.target
        words = (
            "--json",
            f"--config={file}",
            f"--state-dir={self.state}",
            name,
            f"--sqlite-path={self.source}",
            f"--mysql-url=mysql://{target.user}@{target.host}:{target.port}/{target.database}",
            *options,
        )
        return zdcdc(words, target.password)

    def _done(self, name: str, *options: str, settings: str = "config.toml") -> Any:
        """The document of a command that must succeed."""
        outcome = self._command(name, *options, settings=settings)
        assert outcome.exit_code == 0, f"{name}: {outcome}"
        return json.loads(outcome.out)

    # What is found beforehand

    def _check(self) -> None:
        outcome = self._command("check")
        document = json.loads(outcome.out)
        assert "findings" in document, str(outcome)
        findings = [f for f in document["findings"] if not f["id"].startswith(SURROUNDINGS)]
        self._require_findings(findings)
        refused = self.expected.result is Result.REFUSED
        assert (outcome.exit_code, document["ok"]) == ((REFUSED, False) if refused else (0, True))
        if self.expected.columns:
            self._require_mapping(json.loads(self._command("plan").out))

    def _require_findings(self, findings: list[dict[str, Any]]) -> None:
        left = list(self.expected.findings)
        unexpected = []
        for found in findings:
            fitting = [finding for finding in left if finding.fits(found)]
            if fitting:
                left.remove(fitting[0])
            elif found["level"] != "info":
                unexpected.append(found)
        assert not left, f"not found: {left}; found: {_shown(findings)}"
        assert not unexpected, f"not expected: {_shown(unexpected)}"
        for found in findings:
            assert found["message"]
            assert found["level"] != "error" or found["hint"], f"an error without a hint: {found}"

    def _require_mapping(self, plan: dict[str, Any]) -> None:
        mapped = {
            table["table"]: {column["source"]: column for column in table["columns"]}
            for table in plan["tables"]
        }
        for table, columns in self.expected.columns.items():
            found = {name: _type_and_codec(mapped[table][name]) for name in columns}
            assert found == columns, f"{table}: {found}"
            for name in columns:
                assert mapped[table][name]["reason"]

    # What is refused

    def _refused(self) -> None:
        before, rows = sqlite_schema_of(self.source), rows_of(self.source)
        outcome = self._command("snapshot")
        assert outcome.exit_code == REFUSED, str(outcome)
        error = json.loads(outcome.out)["error"]
        assert error["hint"]
        for finding in self.expected.findings:
            if finding.level == "error":
                self._require_named(finding, error["message"])
        assert sqlite_schema_of(self.source) == before
        assert rows_of(self.source) == rows
        assert self._tables_in_target() == []

    @staticmethod
    def _require_named(finding: ExpectedFinding, message: str) -> None:
        for word in (finding.table, finding.column):
            assert word is None or word in message, f"{word} is not named: {message}"

    # What is migrated

    def _migrated(self) -> None:
        self._done("snapshot")
        self._require_equal()
        self._require_by_hand()
        for part in self.case.script("during.sql").split(CAUGHT_UP):
            self._execute(part)
            self._done("follow", "--until-caught-up")
        if self.expected.result is Result.HELD:
            self._held()
        held = self._held_tables()
        assert held == {}, f"still held: {held}"
        assert self._done("verify", settings="fix.toml")["identical"]
        self._require_equal()
        self._require_answers()
        self._done("rollback", "--yes", settings="fix.toml")
        assert self._tables_in_target() == []
        assert sqlite_schema_of(self.source) == sqlite_schema_of(self.twin)
        assert rows_of(self.source) == rows_of(self.twin), "without us the application would have other rows"

    def _execute(self, script: str) -> None:
        """What the application does, on a connection of its own, and the same at the twin."""
        for path in (self.source, self.twin):
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                execute(connection, script)

    def _held(self) -> None:
        held = self._held_tables()
        assert sorted(held) == sorted(self.expected.held), f"held: {held}"
        assert all(held.values())
        self._require_equal(without=held)
        self._execute(self.case.script("fix.sql"))
        self._done("follow", "--until-caught-up", settings="fix.toml")

    def _held_tables(self) -> dict[str, str]:
        return {entry["table"]: entry["reason"] for entry in self._done("status")["held"]}

    def _tables(self) -> set[str]:
        with source_side.source_snapshot(self.source) as connection:
            names = {
                str(name)
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        names = {name for name in names if not name.startswith(("_zdcdc_", "sqlite_"))}
        return names - set(self.expected.left_out)

    def _require_equal(self, without: dict[str, str] | None = None) -> None:
        tables = self._tables()
        found = differences(self.source, self._mysql, tables - set(without or {}), chosen=self._chosen())
        assert found == [], [str(difference) for difference in found]
        names = {self.expected.names.get(name, name) for name in tables}
        beside = {name for name in self._tables_in_target() if not name.startswith("_zdcdc_")}
        assert beside <= names, f"tables of nobody: {beside - names}"

    def _chosen(self) -> Chosen:
        tables, columns = {}, {}
        for name, there in self.expected.names.items():
            table, dot, column = name.partition(".")
            if dot:
                columns[table, column] = there
            else:
                tables[table] = there
        rules = {
            (table, column): RULES[codec]
            for table, mapped in self.expected.columns.items()
            for column, (_, codec) in mapped.items()
            if codec in RULES
        }
        return Chosen(tables, columns, rules)

    def _tables_in_target(self) -> list[str]:
        with self._mysql.cursor() as cursor:
            cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
            return sorted(str(row[0]) for row in cursor.fetchall())

    def _require_by_hand(self) -> None:
        file = self.state / "by_hand.sql"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        for part in self.expected.by_hand:
            assert part in text, f"not to be finished by hand: {part!r} is not in {text!r}"

    def _require_answers(self) -> None:
        # Of its own: what is made by mistake must not lock anything of the next command.
        with closing(self.target.connect()) as mysql, mysql.cursor() as cursor:
            for answer in self.expected.answers:
                if answer.after:
                    cursor.execute(answer.after)
                cursor.execute(answer.query)
                rows = [[_text(value) for value in row] for row in cursor.fetchall()]
                assert rows == answer.rows, f"{answer.query}: {rows}"
                mysql.rollback()
            for refused in self.expected.refuses:
                with pytest.raises(pymysql.err.MySQLError) as raised:
                    cursor.execute(refused.statement)
                assert raised.value.args[0] in refused.errors, f"{refused.statement}: {raised.value}"
                mysql.rollback()


def _type_and_codec(column: dict[str, Any]) -> list[str]:
    """The codec with the form of a date or time after a colon."""
    form = f":{column['argument']}" if column["codec"] in ("date", "datetime", "time") else ""
    return [column["type"], column["codec"] + form]


def _text(value: object) -> str:
    if value is None:
        return "(null)"
    return value.decode() if isinstance(value, bytes) else str(value)


def _shown(findings: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{f['level']} {f['id']} {f['table']}.{f['column']} {f.get('samples')}: {f['message']}"
        for f in findings
    )


def rows_of(path: Path) -> dict[str, Counter[bytes]]:
    """Every row of every ordinary table that is not ours, by its content."""
    found: dict[str, Counter[bytes]] = {}
    with source_side.source_snapshot(path) as connection:
        virtual = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        names = [str(name) for (name,) in connection.execute(virtual)]
        for name in user_tables(connection, names):
            rows = connection.execute(f"SELECT * FROM {quoted(name)}")
            found[name] = Counter(digest(row) for row in rows)
    return found

