"""The SQL of ``triggers/*.sql``: found from a checkout, a wheel and an sdist alike, and rendered."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from string import Template

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "triggers", _PACKAGE.parent / "triggers")


@cache
def template(name: str) -> Template:
    """The script ``triggers/<name>.sql``. Raises FileNotFoundError when the installation is broken."""
    for place in _PLACES:
        path = place / f"{name}.sql"
        if path.is_file():
            return Template(path.read_text(encoding="utf-8"))
    raise FileNotFoundError(f"triggers/{name}.sql is missing from this installation of zdcdc")


def render(name: str, **parts: str) -> tuple[str, ...]:
    """The statements of script ``name`` with ``parts`` (SQL text, already quoted) in their places."""
    statements: list[str] = []
    pending = ""
    for line in template(name).substitute(parts).splitlines(keepends=True):
        if not pending and (not line.strip() or line.lstrip().startswith("--")):
            continue
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    return tuple(statements)
