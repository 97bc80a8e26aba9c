"""What a comparison asks for, what it is given, and what it found: frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field

from zdcdc.keys import Key


@dataclass(frozen=True, slots=True)
class RangeRequest:
    """Verification asks for the rows after ``after``, from the first row if None."""

    table_id: int
    after: Key | None


@dataclass(frozen=True, slots=True)
class KeysRequest:
    """Verification asks for the rows with exactly these keys, byte for byte."""

    table_id: int
    keys: tuple[Key, ...]


VerifyRequest = RangeRequest | KeysRequest


@dataclass(frozen=True, slots=True)
class VerifyRead:
    """The answer, as it stood at the batch's watermark: ``count`` rows as one block of lines.

    For a range: up to ``cursor``, or to the end of the table when ``last``.
    """

    request: VerifyRequest
    block: bytes
    count: int
    cursor: Key | None = None
    last: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same on both sides; ``kind`` is missing, extra or differing (in the target).

    ``key`` is ``row_key`` as it is shown.
    """

    table: str
    kind: str
    key: str
    columns: tuple[str, ...] = ()
    lasted: bool | None = None
    row_key: Key = ()


@dataclass(frozen=True, slots=True)
class TableVerification:
    """Outcome of comparing one table."""

    table: str
    rows: int = 0
    differences: tuple[Difference, ...] = ()

    def count(self, kind: str) -> int:
        return sum(1 for difference in self.differences if difference.kind == kind)


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of a full comparison between two watermarks (journal sequences)."""

    first: int
    last: int
    epoch: int
    tables: tuple[TableVerification, ...] = field(default=())

    @property
    def identical(self) -> bool:
        return not any(table.differences for table in self.tables)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(difference for table in self.tables for difference in table.differences)
