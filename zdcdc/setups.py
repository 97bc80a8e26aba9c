"""The application's own functions and collations: found by name, and known by the database they belong to.

A CHECK, an index or a generated column may call them; a connection without them then cannot read or write
the table (trap 112).
"""

from __future__ import annotations

import importlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from zdcdc.errors import UsageError

Setup = Callable[[sqlite3.Connection], object]
"""What registers them on a connection."""

_setups: dict[Path, Setup] = {}


def use(path: Path, setup: Setup) -> None:
    """From now on every connection of this process to the database ``path`` is first given to ``setup``.

    It is known by the file and not handed down: no code that opens the source can forget it.
    """
    _setups[_real(path)] = setup


def of(path: Path) -> Setup | None:
    """What is to be called on a connection to ``path``, if anything."""
    return _setups.get(_real(path))


def _real(path: Path) -> Path:
    # Unlike Path.resolve, it does not raise for links that lead in a circle: opening them says that.
    return Path(os.path.realpath(path))


def load(name: str, directory: Path) -> Setup:
    """The callable called ``module:function``. Raises UsageError when there is none.

    Modules in ``directory`` are found too, after those of the environment that zdcdc runs in.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise UsageError(
            f"setup = {name!r} under [source] names no function", hint='write it as "module:function"'
        )
    if str(directory) not in sys.path:
        sys.path.append(str(directory))
    try:
        found: object = importlib.import_module(module_name)
    except Exception as error:
        raise UsageError(
            f"setup = {name!r} under [source]: importing {module_name} failed: "
            f"{type(error).__name__}: {error}",
            hint=f"it is looked for where zdcdc is installed and in {directory}; -v shows where it failed",
        ) from error
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise UsageError(
            f"setup = {name!r} under [source]: {module_name} has no function {attribute}",
            hint="it has to be a callable that takes a sqlite3 connection",
        )
    return found
