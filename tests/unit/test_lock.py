"""Locks that live as long as their holder: real files, and a process that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command import ROOT
from zdcdc.errors import SourceError
from zdcdc.stages import lock

RECORD = {"pid": 1, "command": "follow"}
HOLD = """
import sys
from pathlib import Path
from zdcdc.stages import lock
held = getattr(lock, sys.argv[1])(Path(sys.argv[2]), *([{"pid": 2}] if sys.argv[1] == "publish" else []))
held.write({"pid": 2})
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process_that(verb: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, verb, str(path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_lock_is_held_once_and_tells_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert lock.holder(path) is None
    held = lock.take(path)
    assert held is not None
    assert lock.holder(path) == {}
    held.write(RECORD)
    assert lock.holder(path) == RECORD
    assert path.stat().st_mode & 0o777 == 0o600
    assert lock.take(path) is None
    held.write({"pid": 1, "command": "x"})
    assert lock.holder(path) == {"pid": 1, "command": "x"}
    held.release()
    assert not path.exists()


def test_letting_go_twice_does_not_take_the_lock_from_its_next_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = lock.take(path)
    assert first is not None
    first.release()
    second = lock.take(path)
    assert second is not None
    first.release()
    assert path.exists()
    with pytest.raises(ValueError, match="released"):
        first.write(RECORD)
    second.release()


def test_a_record_that_would_not_be_written_whole_is_refused(tmp_path: Path) -> None:
    held = lock.take(tmp_path / "lock")
    assert held is not None
    with pytest.raises(ValueError, match="does not fit"):
        held.write({"reason": "x" * lock.RECORD_SIZE})
    held.release()


@pytest.mark.parametrize("verb", ["take", "publish"])
def test_what_a_killed_process_held_is_held_by_nobody_and_taken_or_replaced_at_once(
    tmp_path: Path, verb: str
) -> None:
    path = tmp_path / "lock"
    with another_process_that(verb, path) as other:
        assert lock.holder(path) == {"pid": 2}
        if verb == "take":
            assert lock.take(path) is None
        other.kill()
        other.wait()
        assert path.exists()
        assert lock.holder(path) is None
        held = lock.publish(path, RECORD) if verb == "publish" else lock.take(path)
        assert held is not None
        held.write(RECORD)
        assert lock.holder(path) == RECORD
        held.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_whose_file_was_removed_and_made_again_is_another_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    removed = lock.take(path)
    assert removed is not None
    path.unlink()
    held = lock.take(path)
    assert held is not None
    assert lock.holder(path) == {}
    held.release()
    os.close(os.open(path, os.O_CREAT))
    assert lock.holder(path) is None
    path.unlink()


def test_a_directory_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot write the lock file") as raised:
        lock.take(tmp_path / "none" / "lock")
    assert raised.value.hint
    assert lock.holder(tmp_path / "none" / "lock") is None


def test_every_name_of_a_file_leads_to_the_same_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "app.db"
    source.touch()
    link = tmp_path / "link.db"
    link.symlink_to(source)
    monkeypatch.chdir(tmp_path)
    for name in (source, link, Path("app.db"), Path("./link.db")):
        assert lock.lock_path(name) == lock.lock_path(source)
