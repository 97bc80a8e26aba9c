"""An application on SQLAlchemy whose schema is Alembic's moves while it works, and works on in MySQL."""

from __future__ import annotations

from pathlib import Path

from tests.servers.target import Target
from tests.support.migration import Migration
from tests.support.program import Program, alchemy_url


def workshop(url: str) -> Program:
    return Program("tests.support.workshop", {"WORKSHOP_URL": url})


def test_every_generic_type_of_sqlalchemy_reads_back_equal_and_alembic_is_at_its_head(
    target: Target, tmp_path: Path
) -> None:
    path = tmp_path / "workshop.db"
    before = workshop(f"sqlite:///{path}")
    before.run("fill")
    migration = Migration(path, target)
    migration.snapshot()
    rows = before.run("change")["rows"]
    migration.follow()
    assert migration.verify().identical
    assert migration.differences() == []
    migration.cutover()
    migration.complete()
    after = workshop(alchemy_url(target)).run("use")
    assert after["rows"] == rows
    assert after["current"] == after["head"]
    assert after["differences"] == []
