"""Every limit can be set in ``zdcdc.toml``, and what is none is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click
import pytest

from zdcdc.cli.options import configuration
from zdcdc.config import Limits
from zdcdc.errors import UsageError


def limits_of(tmp_path: Path, text: str) -> Limits:
    file = tmp_path / "zdcdc.toml"
    file.write_text(f'mysql_url = "mysql://u@h/d"\nsqlite_path = "{tmp_path / "app.db"}"\n{text}')
    context = click.Context(click.Command("x"), obj={"config": file, "state_dir": None})
    return configuration(context, {"include": (), "exclude": ()}).limits


@pytest.mark.parametrize("name", [limit.name for limit in fields(Limits)])
def test_each_limit_is_read_from_its_table(name: str, tmp_path: Path) -> None:
    assert getattr(limits_of(tmp_path, f"[limits]\n{name} = 3\n"), name) == 3


def test_without_a_table_the_limits_are_the_usual_ones(tmp_path: Path) -> None:
    assert limits_of(tmp_path, "") == Limits()


@pytest.mark.parametrize(
    "text",
    [
        "chunk_sice = 1",
        "chunk_size = 1.5",
        "retry_seconds = 'long'",
        "retry_seconds = true",
        "retry_seconds = -1",
        "retry_seconds = inf",
        "retry_seconds = nan",
    ],
)
def test_what_is_no_limit_is_refused_by_name(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        limits_of(tmp_path, f"[limits]\n{text}\n")
    assert "[limits]" in raised.value.what
    assert raised.value.hint
