"""What writers were promised: one line per finished transaction, in a file of each writer's own.

A line is written after the database said that the transaction is committed, with one write() to a file opened
for appending: it survives the death of the process, as does a commit with synchronous=NORMAL.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from zdcdc.demo.decision import Primary
from zdcdc.demo.transactions import Ending


@dataclass(frozen=True)
class Acknowledgement:
    """A finished transaction; ``begun`` and ``ended`` are seconds of the machine's monotonic clock."""

    token: str
    writer: int
    n: int
    ending: Ending
    side: Primary
    begun: float
    ended: float

    def line(self) -> str:
        """One line of text with its newline; :func:`parsed` is the inverse."""
        return (
            f"{self.token} {self.writer} {self.n} {self.ending.value} {self.side.value}"
            f" {self.begun!r} {self.ended!r}\n"
        )


def parsed(line: str) -> Acknowledgement:
    """The acknowledgement that ``line`` holds. Raises ValueError for any other text."""
    token, writer, n, ending, side, begun, ended = line.split()
    return Acknowledgement(
        token, int(writer), int(n), Ending(ending), Primary(side), float(begun), float(ended)
    )


class Promises:
    """A writer's file of acknowledgements, open for appending."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, acknowledgement: Acknowledgement) -> None:
        """Append one line. Raises OSError if it could not be written whole."""
        text = acknowledgement.line().encode()
        if os.write(self._file, text) != len(text):
            raise OSError("an acknowledgement was written in part")

    def close(self) -> None:
        """Bring it to disk and close it."""
        os.fsync(self._file)
        os.close(self._file)


def promises_file(directory: Path, writer: int) -> Path:
    """Where ``writer`` keeps its acknowledgements."""
    return directory / f"writer-{writer}.acknowledged"


def read_promises(directory: Path, writer: int) -> tuple[Acknowledgement, ...]:
    """All that ``writer`` was promised, in order. A last line without its end was never acknowledged."""
    text = promises_file(directory, writer).read_text(encoding="utf-8")
    whole, _, _ = text.rpartition("\n")
    return tuple(parsed(line) for line in whole.splitlines())
