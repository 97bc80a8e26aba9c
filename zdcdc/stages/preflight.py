"""``check`` and ``plan``: a survey whose facts the next ``snapshot`` need not gather again.

Facts choose the mapping and never guard a value: what the application wrote since then is refused by its
codec when it does not fit. So facts of the same file and schema may be an hour old.
"""

from __future__ import annotations

import time

import orjson

from zdcdc.check.survey import KnownFacts, Scanned, Survey, survey
from zdcdc.config import Config
from zdcdc.facts import TableFacts
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
        "tables": {name: table.to_json() for name, table in facts.items()},
    }
    state.write(FILE, orjson.dumps(document))
    return seen


def known_facts(config: Config) -> KnownFacts | None:
    """The facts of a check that was made of this very file within an hour."""
    document = parsed(StateDirectory(config.state_directory).read(FILE))
    try:
        if document["file"] != _identity(config) or not is_fresh(document["taken_at"], FRESH_SECONDS):
            return None
        tables = {name: TableFacts.from_json(table) for name, table in document["tables"].items()}
        return KnownFacts(document["schema_version"], tables)
    except (KeyError, TypeError, AttributeError):
        return None  # of another version of zdcdc, or not ours: a scan finds the facts again


def _identity(config: Config) -> list[int]:
    status = config.sqlite_path.stat()
    return [status.st_dev, status.st_ino]
