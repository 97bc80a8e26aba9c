"""What a folder of ``tests/cases`` says: a source, what its application does meanwhile, and what is expected.

``schema.sql``
    makes the source; its first comment says which trap or promise the case holds.
``rows.sql``
    what is in it before anything begins. Needed only where there are rows.
``during.sql``
    what the application does after the snapshot, on a connection of its own that nobody else has touched; at
    a line ``-- caught up`` the migration follows it so far.
``fix.sql``, ``fix.toml``
    what a person does about tables that are held: statements, or another settings file.
``config.toml``
    the settings, in the form of ``zdcdc.toml``.
``expected.toml``
    see :class:`Expected`.

In every script a statement below a line ``-- fails`` must fail.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "cases"
FAILS = "-- fails"
CAUGHT_UP = "-- caught up\n"


class Result(str, Enum):
    """How it ends."""

    MIGRATED = "migrated"
    REFUSED = "refused"
    """Nothing is written on either side."""
    HELD = "held"
    """Tables wait for a person, others go on; after the fix all do."""


@dataclass(frozen=True)
class ExpectedFinding:
    """One finding of ``check``. What is None may be anything; ``says`` is a part of its message."""

    id: str
    level: str = "warning"
    table: str | None = None
    column: str | None = None
    samples: list[str] | None = None
    says: str = ""

    def fits(self, found: Mapping[str, Any]) -> bool:
        """Whether a finding of ``check --json`` is this one."""
        return (
            found["id"] == self.id
            and found["level"] == self.level
            and found["table"] == self.table
            and found["column"] == self.column
            and (self.samples is None or found["samples"] == self.samples)
            and self.says in found["message"]
        )


@dataclass(frozen=True)
class Answer:
    """What MySQL answers to a query, every value as text and NULL as ``(null)``; before it ``after`` is
    executed, and undone then."""

    query: str
    rows: list[list[str]]
    after: str = ""


@dataclass(frozen=True)
class RefusedStatement:
    """A statement that MySQL refuses as SQLite does, with one of these error numbers."""

    statement: str
    errors: list[int]


@dataclass(frozen=True)
class Expected:
    """``expected.toml``.

    ``columns``: type and codec by table and column, for those that matter. ``findings``: every error and
    warning there is, and those of level info that matter. ``answers`` and ``refuses``: what MySQL says after
    everything arrived. ``held``: tables that wait after ``during.sql``. ``left_out``: tables that are not in
    MySQL. ``names``: names in MySQL by those in SQLite, columns as ``table.column``. ``by_hand``: parts of
    the statements that are left to be finished by hand. ``journal_mode``, ``encoding``: of the source.

    Under ``mysql`` or ``mariadb`` each of these may stand again, for that kind of server alone: tables are
    merged, lists of tables added.
    """

    result: Result = Result.MIGRATED
    columns: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    findings: list[ExpectedFinding] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refuses: list[RefusedStatement] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)
    journal_mode: str = "wal"
    encoding: str = "UTF-8"


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def script(self, name: str) -> str:
        """A script of the folder, empty without one."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def settings(self, name: str) -> Path | None:
        """A settings file of the folder."""
        path = self.folder / name
        return path if path.exists() else None

    @cached_property
    def document(self) -> dict[str, Any]:
        """``expected.toml`` as it stands."""
        try:
            import tomllib
        except ModuleNotFoundError:
            import tomli as tomllib  # type: ignore[no-redef,unused-ignore]
        document: dict[str, Any] = tomllib.loads((self.folder / "expected.toml").read_text(encoding="utf-8"))
        return document

    def expected(self, server: str) -> Expected:
        """What is expected on a kind of server. Raises ValueError for what the document may not hold."""
        common = {name: value for name, value in self.document.items() if name not in ("mysql", "mariadb")}
        merged = _merged(common, self.document.get(server, {}))
        unknown = merged.keys() - {part.name for part in fields(Expected)}
        if unknown:
            raise ValueError(f"{self.name}/expected.toml: {', '.join(sorted(unknown))}")
        for name, kind in _ENTRIES.items():
            merged[name] = [kind(**entry) for entry in merged.get(name, [])]
        merged["result"] = Result(merged.get("result", "migrated"))
        return Expected(**merged)


_ENTRIES: dict[str, type[Any]] = {
    "findings": ExpectedFinding,
    "answers": Answer,
    "refuses": RefusedStatement,
}


def _merged(common: dict[str, Any], special: dict[str, Any]) -> dict[str, Any]:
    found = dict(common)
    for name, value in special.items():
        before = found.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            found[name] = _merged(before, value)
        elif isinstance(before, list) and isinstance(value, list) and name in _ENTRIES:
            found[name] = before + value
        else:
            found[name] = value
    return found


def cases() -> list[Case]:
    """Every folder, by name."""
    return [Case(path.parent) for path in sorted(FOLDER.glob("*/expected.toml"))]


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one. Raises ValueError for one that does not end."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""
    if any(line and not line.startswith("--") for line in map(str.strip, text.splitlines())):
        raise ValueError(f"a statement does not end: {text}")


def execute(connection: sqlite3.Connection, script: str) -> None:
    """Runs a script statement by statement. Raises AssertionError when one does not fail that has to."""
    for statement in statements(script):
        must_fail = any(line.strip() == FAILS for line in statement.splitlines())
        try:
            connection.execute(statement)
        except sqlite3.Error as error:
            if not must_fail:
                raise AssertionError(f"{error}: {statement}") from error
        else:
            assert not must_fail, f"did not fail: {statement}"
