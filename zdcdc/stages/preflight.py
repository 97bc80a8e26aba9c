"""``check`` and ``plan``: a survey whose facts the next ``snapshot`` need not gather again.

Facts choose the mapping and never guard a value: what the application wrote since then is refused by its
codec when it does not fit. So facts of the same file and schema may be an hour old.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from zdcdc.check.survey import KnownFacts, Scanned, Survey, survey
from zdcdc.config import Config
from zdcdc.facts import ColumnFacts, TableFacts
from zdcdc.stages.state import StateDirectory, is_fresh, parsed

FILE = "facts.json"
FRESH_SECONDS = 3600.0


def preflight(config: Config, *, prove: bool, scanned: Scanned) -> Survey:
    """Looks at everything and keeps the facts. Raises SourceError, TargetError, UsageError."""
    state = StateDirectory(config.state_directory)
    seen = survey(config, prove=prove, scanned=scanned)
    facts = {surveyed.table.name: surveyed.facts for surveyed in seen.tables}
    document = {
        "file": _identity(config),
        "schema_version": seen.catalog.schema_version,
        "taken_at": time.time(),
        "tables": {name: _to_json(table) for name, table in facts.items()},
    }
    state.write(FILE, orjson.dumps(document))
    return seen


def known_facts(config: Config) -> KnownFacts | None:
    """The facts of a check that was made of this very file within an hour."""
    document = parsed(StateDirectory(config.state_directory).read(FILE))
    try:
        if document["file"] != _identity(config) or not is_fresh(document["taken_at"], FRESH_SECONDS):
            return None
        tables = {name: _from_json(table) for name, table in document["tables"].items()}
        return KnownFacts(document["schema_version"], tables)
    except (KeyError, TypeError, AttributeError):
        return None  # of another version of zdcdc, or not ours: a scan finds the facts again


def _identity(config: Config) -> list[int]:
    status = config.sqlite_path.stat()
    return [status.st_dev, status.st_ino]


def _to_json(facts: TableFacts) -> dict[str, Any]:
    columns = {}
    for name, column in facts.columns.items():
        # The extremes themselves are values of rows, which no file of ours may hold; the power of two
        # above them decides the same.
        bounds = None
        if column.integer_range is not None:
            low, high = column.integer_range
            bounds = [-_power_above(-low), _power_above(high)]
        shapes = None if column.shapes is None else sorted(column.shapes)
        columns[name] = {**asdict(column), "shapes": shapes, "integer_range": bounds}
    return {**asdict(facts), "columns": columns}


def _power_above(value: int) -> int:
    """The least power of two that is not below ``value``; between 1 and 2**63 - 1."""
    return min(2**63 - 1, 1 << max(0, (value - 1).bit_length())) if value > 0 else 1


def _from_json(data: Mapping[str, Any]) -> TableFacts:
    columns = {
        name: ColumnFacts(
            **{
                **column,
                "shapes": None if column["shapes"] is None else frozenset(column["shapes"]),
                "integer_range": tuple(column["integer_range"]) if column["integer_range"] else None,
            }
        )
        for name, column in data["columns"].items()
    }
    return TableFacts(**{**data, "columns": columns})
