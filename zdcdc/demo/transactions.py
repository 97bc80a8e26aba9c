"""What a writer does, as values: transaction ``n`` of writer ``w`` is the same at every run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from zdcdc.demo.statements import Step


class Opening(Enum):
    """How SQLite begins it; the value is the statement."""

    WRITES = "BEGIN IMMEDIATE"
    READS_FIRST = "BEGIN"


class Ending(Enum):
    """How it ends; the value is the statement."""

    KEPT = "COMMIT"
    ABANDONED = "ROLLBACK"


@dataclass(frozen=True)
class Transaction:
    """One unit of the shop's work; ``n`` counts from 1 in each writer, ``token`` names it for ever."""

    writer: int
    n: int
    token: str
    opening: Opening
    steps: tuple[Step, ...]
    ending: Ending


def token_of(writer: int, n: int) -> str:
    """The token of transaction ``n`` of ``writer``."""
    return f"w{writer}-{n:010d}"
