"""Chinook's copies: larger ones are sound, and absent files are no silent success."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import chinook
from tests.support.chinook_scale import scale
from tests.support.source_side import user_tables

SHOP = """
CREATE TABLE maker (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER REFERENCES maker (id));
CREATE TABLE ware (id INTEGER PRIMARY KEY, maker INTEGER REFERENCES maker (id), price NUMERIC);
CREATE TABLE basket (
    ware INTEGER REFERENCES ware (id), maker INTEGER REFERENCES maker (id), PRIMARY KEY (ware, maker)
);
INSERT INTO maker VALUES (1, 'a', NULL), (2, 'b', 1);
INSERT INTO ware VALUES (10, 2, 1.5), (11, NULL, 2);
INSERT INTO basket VALUES (10, 1), (11, 2);
"""


def test_scaling_moves_keys_and_foreign_keys_along(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    scale(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, name, boss FROM maker").fetchall() == [
            (1, "a", None),
            (2, "b", 1),
            (3, "a", None),
            (4, "b", 3),
            (5, "a", None),
            (6, "b", 5),
        ]
        assert connection.execute("SELECT * FROM ware WHERE id > 30").fetchall() == [
            (32, 6, 1.5),
            (33, None, 2),
        ]
        assert connection.execute("SELECT * FROM basket WHERE ware > 30").fetchall() == [(32, 5), (33, 6)]


def test_chinook_can_be_made_larger(tmp_path: Path) -> None:
    path = chinook.chinook_copy(tmp_path)
    rows = row_counts(path)
    assert rows["Track"] == 3503
    scale(path, 2)
    assert row_counts(path) == {table: 2 * count for table, count in rows.items()}


def row_counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in user_tables(connection)
        }


def test_absent_files_skip_here_and_fail_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinook, "FOLDER", tmp_path / "nowhere")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        chinook.chinook_folder()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        chinook.chinook_folder()
