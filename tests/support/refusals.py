"""How a command that refused must look: code, side, exit status, consequence, hint, and no traceback."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.servers.target import Target
from tests.support.command import Outcome


def assert_refused(outcome: Outcome, status: int, code: str, side: str = "sqlite") -> None:
    """The command said ``code [side]`` with consequence and hint on standard error, and nothing on the
    other."""
    assert outcome.exit_code == status, str(outcome)
    said = outcome.err.splitlines()
    starts = [number for number, line in enumerate(said) if line.startswith(f"{code} [{side}] ")]
    assert len(starts) == 1, str(outcome)
    rest = said[starts[0] + 1 :]
    assert any(line.startswith("hint: ") and len(line) > 20 for line in rest), str(outcome)
    assert rest[0]
    assert not rest[0].startswith("hint: "), f"no consequence: {outcome}"
    assert "Traceback" not in outcome.err, str(outcome)
    assert outcome.out == "", str(outcome)


def found_by(outcome: Outcome) -> dict[str, dict[str, Any]]:
    """The errors that ``--json check`` found, by id (one table each); it has to have exited 3."""
    assert outcome.exit_code == 3, str(outcome)
    assert "Traceback" not in outcome.err, str(outcome)
    found = [f for f in json.loads(outcome.out)["findings"] if f["level"] == "error"]
    assert all(finding["hint"] for finding in found), str(outcome)
    return {finding["id"]: finding for finding in found}


def beside(path: Path) -> dict[str, bytes]:
    """Name and content of each file in the directory of ``path``: what a refusal must leave as it was.

    To be asked while no connection is open here: closing a file drops the locks that SQLite has on it.
    """
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}


def tables_in(target: Target) -> set[str]:
    """Every table of the target's database, those of zdcdc included."""
    with closing(target.connect()) as mysql, mysql.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return {str(row[0]) for row in cursor.fetchall()}
