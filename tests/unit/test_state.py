"""The state directory is good to have and nothing depends on it: what cannot be read there is not there."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from zdcdc.errors import UsageError
from zdcdc.stages.state import FRESH_SECONDS, LIVE, StateDirectory, is_fresh, live_figures, parsed


@pytest.mark.parametrize(
    ("age", "fresh"), [(0.0, True), (9.0, True), (11.0, False), (-5.0, False), (-1e9, False), (1e9, False)]
)
def test_a_time_is_fresh_when_it_is_a_moment_ago_and_not_to_come(age: float, fresh: bool) -> None:
    assert is_fresh(time.time() - age, 10.0) is fresh


@pytest.mark.parametrize("taken_at", [None, "yesterday", [], float("nan")])
def test_what_is_no_time_is_not_fresh(taken_at: object) -> None:
    assert not is_fresh(taken_at, 10.0)


def test_live_figures_are_read_back_until_they_are_old(tmp_path: Path) -> None:
    assert live_figures(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()
    state = StateDirectory(tmp_path / "state")
    state.write_live({"state": "following"})
    found = live_figures(state.path)
    assert found is not None
    assert found["state"] == "following"
    for moved in (-2 * FRESH_SECONDS, 2 * FRESH_SECONDS):
        (state.path / LIVE).write_text(json.dumps({**found, "written_at": time.time() + moved}))
        assert live_figures(state.path) is None


@pytest.mark.parametrize("content", [None, b"", b'{"cut": [1, 2', b"\xff\x00"])
def test_what_is_no_document_is_none(content: bytes | None) -> None:
    assert parsed(content) is None


def test_files_and_directory_are_private(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "deep" / "state")
    state.event("m", "began")
    state.write("facts.json", b"{}")
    assert state.path.stat().st_mode & 0o077 == 0
    assert [file.stat().st_mode & 0o077 for file in state.path.iterdir()] == [0, 0]
    assert state.read("facts.json") == b"{}"


def test_a_file_where_the_directory_should_be_is_a_matter_of_usage(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(UsageError):
        StateDirectory(tmp_path / "state")


def test_what_cannot_be_written_any_more_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = StateDirectory(tmp_path / "state")
    (state.path / "facts.json").mkdir()
    (state.path / "facts.json" / "kept").touch()
    for _ in range(3):
        state.write("facts.json", b"{}")
    assert len(caplog.records) == 1
    assert [file.name for file in state.path.iterdir()] == ["facts.json"]
