"""The command line inside this process: as a user has it, with exit codes and documents, without a start."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Sequence
from unittest import mock

from tests.support.command import Outcome
from zdcdc.cli.main import main


def zdcdc(words: Sequence[str], password: str) -> Outcome:
    """Runs ``zdcdc WORDS`` to its end, with nothing of zdcdc's in the environment but the password."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZDCDC_")}
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch.dict(os.environ, kept | {"ZDCDC_MYSQL_PASSWORD": password}, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main(list(words))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return Outcome(code, out.getvalue(), err.getvalue())
