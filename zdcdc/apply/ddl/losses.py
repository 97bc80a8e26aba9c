"""What of SQLite's schema MySQL does not have, or has in another way: said to a person, with a way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Matter(str, Enum):
    """What kind of thing it is; findings about it are called ``schema.<value>``."""

    DEFAULT = "default"
    CHECK = "check"
    GENERATED = "generated"
    INDEX = "index"
    FOREIGN_KEY = "foreign_key"
    DEFERRABLE = "deferrable"
    CONFLICT = "conflict"
    COUNTER = "auto_increment"
    VIEW = "view"
    TRIGGER = "trigger"
    FULLTEXT = "fulltext"
    RTREE = "rtree"


@dataclass(frozen=True, slots=True)
class Loss:
    """``subject`` is what it is about and ``reason`` why; ``text`` is SQLite's SQL of it.

    ``statement`` of MySQL makes it by hand, empty where none can be proposed. ``hint`` says what comes first.
    ``table`` and ``column`` are names in SQLite.
    """

    matter: Matter
    subject: str
    reason: str
    text: str = ""
    statement: str = ""
    hint: str = ""
    column: str | None = None
    table: str | None = None

    @property
    def message(self) -> str:
        return f"{self.subject}: {self.reason}"
