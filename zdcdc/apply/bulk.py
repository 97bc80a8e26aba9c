"""Two equal ways to put many encoded rows into a table: LOAD DATA LOCAL through a pipe, or INSERT."""

from __future__ import annotations

import fcntl
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pymysql.connections import Connection

from zdcdc.errors import Code, TargetError
from zdcdc.mapping import TableMapping
from zdcdc.model import Chunk
from zdcdc.mysql import execute, rows
from zdcdc.names import mysql_name

PIPE_BYTES = 1024 * 1024
PACKET_SHARE = 0.5
STATEMENT_BYTES = 1024 * 1024


class Loader(ABC):
    """Adds the rows of a chunk to a table in the caller's transaction, all of them or an error."""

    @abstractmethod
    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        """Adds the rows of ``chunk``. Raises TargetError when the server took fewer than were sent."""


class LocalInfileLoader(Loader):
    """LOAD DATA LOCAL from a pipe: as fast as the server takes a ready-made file.

    Under LOCAL errors become warnings, duplicates are skipped and a producer that dies looks like the end
    of the file (traps 63 and 65). So the whole chunk is in memory before the first byte is sent, and the
    rows taken must be the rows sent, with no warning.
    """

    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        if not chunk.count:
            return
        reading, writing = os.pipe()
        producer = _Producer(writing, chunk.pieces)
        try:
            _enlarge(writing)
            producer.start()
            affected = execute(connection, _load_statement(mapping, reading))
        finally:
            # Closing our end first frees a producer that the server never read from (trap 66).
            os.close(reading)
            producer.join()
        if producer.failure is not None and not isinstance(producer.failure, BrokenPipeError):
            raise producer.failure
        if affected != chunk.count:
            raise TargetError(
                Code.DATA,
                f"table {mapping.name}: the server took {affected} of {chunk.count} rows",
                consequence="the chunk was rolled back",
                hint="zdcdc status, then run it again",
            )


class _Producer(threading.Thread):
    """Writes a chunk into a pipe and closes it."""

    def __init__(self, descriptor: int, blocks: Sequence[bytes]) -> None:
        super().__init__(name="zdcdc-producer", daemon=True)
        self._descriptor = descriptor
        self._blocks = blocks
        self.failure: OSError | None = None

    def run(self) -> None:
        try:
            with os.fdopen(self._descriptor, "wb", buffering=PIPE_BYTES) as pipe:
                for block in self._blocks:
                    pipe.write(block)
                    pipe.write(b"\n")
        except OSError as error:
            self.failure = error

    def join(self, timeout: float | None = None) -> None:
        if self.ident is None:
            os.close(self._descriptor)
            return
        super().join(timeout)


class InsertLoader(Loader):
    """INSERT statements of many rows, each as large as the server's packet allows, one MiB at most."""

    def __init__(self, max_allowed_packet: int) -> None:
        self._size = min(STATEMENT_BYTES, int(max_allowed_packet * PACKET_SHARE))

    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        write_rows(connection, "INSERT", mapping, chunk.pieces, self._size, chunk.count or 1)


def write_rows(
    connection: Connection[Any],
    verb: str,
    mapping: TableMapping,
    encoded: Sequence[bytes],
    size: int,
    most: int,
) -> None:
    """Runs ``verb`` (INSERT or REPLACE) over ``encoded`` tuples, in statements of about ``size`` bytes and at
    most ``most`` rows."""
    names = ", ".join(mysql_name(column.name) for column in mapping.columns)
    head = f"{verb} INTO {mysql_name(mapping.name)} ({names}) VALUES ".encode()
    for group in grouped(encoded, size, most):
        affected = execute(connection, head + b",".join(group))
        if affected < len(group):
            raise TargetError(
                Code.DATA,
                f"table {mapping.name}: the server took {affected} of {len(group)} rows",
                consequence="the round was rolled back",
            )


def grouped(encoded: Sequence[bytes], size: int, most: int) -> Iterator[Sequence[bytes]]:
    """``encoded`` in runs of at least one item, about ``size`` bytes and at most ``most`` items."""
    start = total = 0
    for place, item in enumerate(encoded):
        if place > start and (total + len(item) > size or place - start >= most):
            yield encoded[start:place]
            start, total = place, 0
        total += len(item) + 1
    if start < len(encoded):
        yield encoded[start:]


def choose_loader(connection: Connection[Any]) -> Loader:
    """The loader for this server: LOCAL where it is on (trap 70: it may be off and not settable)."""
    ((local, packet),) = rows(connection, "SELECT @@local_infile, @@max_allowed_packet")
    connection.rollback()
    if local and Path("/dev/fd").is_dir():
        return LocalInfileLoader()
    return InsertLoader(int(packet))


def _load_statement(mapping: TableMapping, descriptor: int) -> str:
    targets: list[str] = []
    assignments: list[str] = []
    for number, column in enumerate(mapping.columns):
        if column.codec.load_assignment is None:
            targets.append(mysql_name(column.name))
        else:
            variable = f"@v{number}"
            targets.append(variable)
            assignments.append(f"{mysql_name(column.name)} = {column.codec.load_assignment % variable}")
    setting = f" SET {', '.join(assignments)}" if assignments else ""
    return (
        f"LOAD DATA LOCAL INFILE '/dev/fd/{descriptor}' INTO TABLE {mysql_name(mapping.name)} "
        "CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' "
        f"({', '.join(targets)}){setting}"
    )


def _enlarge(descriptor: int) -> None:
    """A larger pipe where the system has one; without it the load only takes more turns."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except PermissionError:
            return
