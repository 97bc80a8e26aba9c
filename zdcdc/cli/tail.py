"""A change of the journal as a line and as JSON. Pure."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from typing import Any

from zdcdc.capture.tail import SHOWN_BYTES, SHOWN_CHARACTERS, Columns, JournaledChange, ShownValue
from zdcdc.sqlite import Text

UNIX_EPOCH = 2440587.5
"""As a Julian day."""


def moment(day: float) -> str:
    """A Julian day as RFC 3339 time in UTC; a double tells milliseconds there, and no more."""
    seconds = round((day - UNIX_EPOCH) * 86400, 3)
    time = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def change_document(change: JournaledChange) -> dict[str, Any]:
    """``tail --json``: one line of it."""
    return {
        "position": change.position,
        "time": moment(change.day),
        "table": change.table,
        "operation": change.operation.name.lower(),
        "key": _json_columns(change.key),
        "row": None if change.row is None else _json_columns(change.row),
    }


def change_line(change: JournaledChange) -> str:
    """The same for a person."""
    row = "gone" if change.row is None else _named(change.row)
    return (
        f"{change.position:>8}  {moment(change.day)}  {change.operation.name.lower():6}  "
        f"{_plain(change.table)} ({_named(change.key)})  {row}"
    )


def _json_columns(columns: Columns) -> dict[str, Any]:
    return {name: _json_value(value) for name, value in columns}


def _json_value(value: ShownValue) -> Any:
    """Numbers and short texts as they are. A blob is ``{"hex": …}``, a long text ``{"text": …}``, a double
    without a JSON form ``{"real": …}``; ``"cut": true`` says that the value goes on."""
    if isinstance(value, Text):
        shown, cut = _text(value)
        return {"text": shown, "cut": True} if cut else shown
    if isinstance(value, bytes):
        return {"hex": value[:SHOWN_BYTES].hex(), "cut": len(value) > SHOWN_BYTES}
    if isinstance(value, float) and not math.isfinite(value):
        return {"real": str(value)}
    return value


def _named(columns: Columns) -> str:
    return ", ".join(f"{_plain(name)}={_shown(value)}" for name, value in columns)


def _shown(value: ShownValue) -> str:
    if isinstance(value, Text):
        shown, cut = _text(value)
        return json.dumps(shown, ensure_ascii=False) + ("…" if cut else "")
    if isinstance(value, bytes):
        return f"x'{value[:SHOWN_BYTES].hex()}'" + ("…" if len(value) > SHOWN_BYTES else "")
    return "NULL" if value is None else repr(value)


def _text(value: Text) -> tuple[str, bool]:
    shown = value.decode("utf-8", "backslashreplace")
    return shown[:SHOWN_CHARACTERS], len(shown) > SHOWN_CHARACTERS


def _plain(name: str) -> str:
    """A name without what would move the cursor of a terminal."""
    return name if name.isprintable() else json.dumps(name)
