"""Two equal ways to put many encoded rows into a table: LOAD DATA LOCAL from memory, or INSERT."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pymysql.connections import Connection

from zdcdc.config import MIB
from zdcdc.errors import Code, TargetError
from zdcdc.mapping import TableMapping
from zdcdc.model import Chunk
from zdcdc.mysql import errors_of, execute, rows
from zdcdc.names import mysql_name

PACKET_SHARE = 0.5
STATEMENT_BYTES = MIB
PACKET_HEAD = 1024
"""Kept free in a packet: a statement that fills it to the last byte is refused."""


@dataclass(frozen=True, slots=True)
class Room:
    """How long a statement may be: ``packet`` is the server's max_allowed_packet in bytes."""

    packet: int

    @property
    def usual(self) -> int:
        """The bytes after which a statement takes no further row."""
        return min(STATEMENT_BYTES, int(self.packet * PACKET_SHARE))

    def require(self, statement: bytes, table: str) -> None:
        """Raises TargetError for a statement that the server would answer by closing the connection."""
        if len(statement) + PACKET_HEAD > self.packet:
            wanted = (len(statement) // MIB + 2) * MIB
            raise TargetError(
                Code.CONFIGURATION,
                f"table {table}: a row needs a packet of {len(statement)} bytes; max_allowed_packet is "
                f"{self.packet}",
                consequence="the round was rolled back",
                hint=f"SET GLOBAL max_allowed_packet = {wanted}, then run it again",
            )


def room_of(connection: Connection[Any]) -> Room:
    """What this session may send. Raises TargetError."""
    with errors_of("asking the target for its packet size"):
        ((packet,),) = rows(connection, "SELECT @@max_allowed_packet")
        connection.rollback()
    return Room(int(packet))


class Loader(ABC):
    """Adds the rows of a chunk to a table in the caller's transaction, all of them or an error."""

    @abstractmethod
    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        """Adds the rows of ``chunk``. Raises TargetError when the server took fewer than were sent."""


class LocalInfileLoader(Loader):
    """LOAD DATA LOCAL from memory: as fast as the server takes a ready-made file.

    Under LOCAL errors become warnings, duplicates are skipped and a producer that dies looks like the end
    of the file (traps 63, 65 and 66). So there is no producer: the whole chunk lies in a file in memory
    before the server asks for its first byte; and the rows taken must be the rows sent, with no warning.
    """

    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        if not chunk.count:
            return
        with _memory_file() as file:
            for block in chunk.pieces:
                file.write(block)
                file.write(b"\n")
            file.flush()
            file.seek(0)
            affected = execute(connection, _load_statement(mapping, file.fileno()))
        if affected != chunk.count:
            raise TargetError(
                Code.DATA,
                f"table {mapping.name}: the server took {affected} of {chunk.count} rows",
                consequence="the chunk was rolled back",
                hint="zdcdc status, then run it again",
            )


def _memory_file() -> IO[bytes]:
    """A file without a name: in memory where the system can, else in the directory for temporary files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("zdcdc-chunk", os.MFD_CLOEXEC), "w+b", buffering=0)
    return tempfile.TemporaryFile()


class InsertLoader(Loader):
    """INSERT statements of many rows, each as large as the server's packet allows, one MiB at most."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def load(self, connection: Connection[Any], mapping: TableMapping, chunk: Chunk) -> None:
        write_rows(connection, "INSERT", mapping, chunk.pieces, self._room, chunk.count or 1)


def write_rows(
    connection: Connection[Any],
    verb: str,
    mapping: TableMapping,
    encoded: Sequence[bytes],
    room: Room,
    most: int,
) -> None:
    """Runs ``verb`` (INSERT or REPLACE) over ``encoded`` tuples, in statements that have ``room`` and at most
    ``most`` rows. Raises TargetError."""
    names = ", ".join(mysql_name(column.name) for column in mapping.written)
    head = f"{verb} INTO {mysql_name(mapping.name)} ({names}) VALUES ".encode()
    for group in grouped(encoded, room.usual, most):
        statement = head + b",".join(group)
        room.require(statement, mapping.name)
        affected = execute(connection, statement)
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


def choose_loader(connection: Connection[Any], room: Room) -> Loader:
    """The loader for this server: LOCAL where it is on (trap 70: it may be off and not settable)."""
    with errors_of("choosing how to load"):
        ((local,),) = rows(connection, "SELECT @@local_infile")
        connection.rollback()
    if local and Path("/dev/fd").is_dir():
        return LocalInfileLoader()
    return InsertLoader(room)


def _load_statement(mapping: TableMapping, descriptor: int) -> str:
    columns = mapping.written
    assigned = {column.name: column.codec.load_assignment for column in columns}
    if len(mapping.key) == 1 and any(assigned.values()):
        # Beside a SET clause MariaDB takes a 0 that it reads into an AUTO_INCREMENT column for none, whatever
        # NO_AUTO_VALUE_ON_ZERO says (seen on 10.11.18); one that is set it keeps.
        (key,) = mapping.key_columns
        assigned[key.name] = assigned[key.name] or "%s"
    targets: list[str] = []
    assignments: list[str] = []
    for number, column in enumerate(columns):
        assignment = assigned[column.name]
        if assignment is None:
            targets.append(mysql_name(column.name))
        else:
            variable = f"@v{number}"
            targets.append(variable)
            assignments.append(f"{mysql_name(column.name)} = {assignment % variable}")
    setting = f" SET {', '.join(assignments)}" if assignments else ""
    return (
        f"LOAD DATA LOCAL INFILE '/dev/fd/{descriptor}' INTO TABLE {mysql_name(mapping.name)} "
        "CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' "
        f"({', '.join(targets)}){setting}"
    )
