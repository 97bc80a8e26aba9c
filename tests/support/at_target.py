"""Commands against a target that is not as it should be: run, and judged by what a person is told."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from tests.servers.target import Target
from tests.support.command import Outcome, Zdcdc
from tests.support.refusals import assert_refused
from zdcdc.cli.main import main


def commands(target: Target, sqlite_path: Path, **settings: str) -> Zdcdc:
    """The commands of a migration from ``sqlite_path`` to ``target``; its state lies beside the source."""
    url = f"mysql://{target.user}@{target.host}:{target.port}/{target.database}"
    state = sqlite_path.with_name(sqlite_path.name + "-state")
    return Zdcdc(sqlite_path, url, target.password, state, settings)


def run_here(zdcdc: Zdcdc, command: str, *options: str) -> Outcome:
    """The command in this process, by the entry point itself: a new one takes most of a second to start."""
    words = [command, f"--sqlite-path={zdcdc.sqlite_path}", f"--mysql-url={zdcdc.url}", *options]
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, zdcdc.environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _logging_apart(),
    ):
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return Outcome(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _logging_apart() -> Iterator[None]:
    """The entry point gives logging a stream that is gone when it ends."""
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = before


def assert_failed(outcome: Outcome, exit_code: int, code: str, *said: str) -> None:
    """The command ended with ``exit_code``, told of ``code`` on the side of the target as every refusal does,
    and said each of ``said``."""
    assert_refused(outcome, exit_code, code, "mysql")
    for words in said:
        assert words in outcome.err, str(outcome)


def assert_done(outcome: Outcome) -> None:
    """The command succeeded."""
    assert outcome.exit_code == 0, str(outcome)
    assert "Traceback" not in outcome.err
