"""A network between zdcdc and its server that fails on command.

    with Proxy(target.host, target.port) as proxy:
        fault = Cut(Direction.TO_SERVER, after=50_000)
        proxy.inject(fault)
        …
    assert fault.hit.is_set()

One fault at a time is in force; what it does to the bytes on their way is in `faults`. A line, one connection
with its two ends, is served by one thread, and nothing but that thread touches its sockets.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from enum import Enum
from types import TracebackType
from typing import Protocol

BLOCK_BYTES = 65_536
_LOOK_UP_SECONDS = 0.05
_SERVER_ANSWERS_WITHIN_SECONDS = 20.0
_CLIENT_SSL = 0x0800


class Direction(Enum):
    """Which way bytes go."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


class LineCutError(Exception):
    """Ends a line at both ends, with RST instead of FIN where ``reset``."""

    def __init__(self, reset: bool) -> None:
        super().__init__()
        self.reset = reset


class LineStalledError(Exception):
    """Nothing passes in this direction any more; both ends stay connected."""


class Fault(Protocol):
    """What may be done to traffic. Called by the threads of all lines."""

    def refuses(self) -> bool:
        """Whether a new connection is reset."""
        ...

    def meet(self, line: Line, direction: Direction, data: bytes) -> bytes:
        """What becomes of ``data``. Raises LineCutError, LineStalledError."""
        ...

    def end(self) -> None:
        """From now on it touches nothing."""
        ...


class Line:
    """One connection. Its thread reads from either end and passes on to the other."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._ends = {Direction.TO_SERVER: (client, server), Direction.TO_CLIENT: (server, client)}
        self._open = dict(self._ends)
        self._fresh = True
        self.thread = threading.Thread(target=self._serve, name="proxy-line", daemon=True)

    def send(self, direction: Direction, data: bytes) -> None:
        """Passes ``data`` on to the end that ``direction`` leads to."""
        self._ends[direction][1].sendall(data)

    def sleep(self, seconds: float) -> None:
        """Keeps what is on its way; ends early with the proxy."""
        self._proxy.closing.wait(seconds)

    def _serve(self) -> None:
        reset = False
        try:
            while self._open and not self._proxy.closing.is_set():
                self._pass_on()
            # A stalled line stays as it is: neither end learns that the other may be gone.
            self._proxy.closing.wait()
        except LineCutError as cut:
            reset = cut.reset
        except OSError:
            pass  # one end has gone: the other shall see that too
        finally:
            for end in self._ends[Direction.TO_SERVER]:
                hang_up(end, reset=reset)

    def _pass_on(self) -> None:
        readable, _, _ = select.select([way[0] for way in self._open.values()], [], [], _LOOK_UP_SECONDS)
        for direction, (from_, _) in list(self._open.items()):
            if from_ not in readable:
                continue
            data = from_.recv(BLOCK_BYTES)
            if not data:
                raise LineCutError(reset=False)
            if self._fresh and direction is Direction.TO_CLIENT:
                self._fresh = False
                if self._proxy.strips_tls:
                    data = without_tls(data)
            try:
                data = self._proxy.meet(self, direction, data)
            except LineStalledError:
                del self._open[direction]
            else:
                self.send(direction, data)


class Proxy:
    """Listens on 127.0.0.1 and passes everything on to a server, with the fault of the moment.

    With ``strips_tls`` the server seems not to offer encryption, as behind some middle boxes.
    """

    def __init__(self, host: str, port: int, *, strips_tls: bool = False) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOK_UP_SECONDS)
        self._accepting = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._lines: list[Line] = []
        self._fault: Fault | None = None
        self.strips_tls = strips_tls
        self.closing = threading.Event()
        self.passed = 0
        """Blocks of bytes that came through, in either direction."""
        self.port: int = self._listener.getsockname()[1]

    def inject(self, fault: Fault) -> None:
        """From now on ``fault`` is what happens, in place of the one before."""
        self.heal()
        self._fault = fault

    def heal(self) -> None:
        """From now on everything passes. What is stalled or cut stays so."""
        fault, self._fault = self._fault, None
        if fault is not None:
            fault.end()

    def meet(self, line: Line, direction: Direction, data: bytes) -> bytes:
        """For lines: what becomes of ``data``."""
        fault = self._fault
        data = data if fault is None else fault.meet(line, direction, data)
        self.passed += 1
        return data

    def __enter__(self) -> Proxy:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._accepting.join()
        self._listener.close()
        for line in self._lines:
            line.thread.join()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            fault = self._fault
            if fault is not None and fault.refuses():
                hang_up(client, reset=True)
                continue
            server = socket.create_connection(self._server, _SERVER_ANSWERS_WITHIN_SECONDS)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # A peer that takes nothing more must not keep the thread when the proxy ends.
                end.settimeout(_SERVER_ANSWERS_WITHIN_SECONDS)
            line = Line(self, client, server)
            self._lines.append(line)
            line.thread.start()


def hang_up(end: socket.socket, *, reset: bool) -> None:
    """Closes a socket with FIN, or with RST."""
    with contextlib.suppress(OSError):
        if reset:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()


def without_tls(greeting: bytes) -> bytes:
    """The server's first packet with its offer of TLS taken out (protocol 10 of MySQL and MariaDB)."""
    # 4 bytes of header, 1 of version, the version's text with its NUL, 4 of thread, 8 of salt, 1 of filler.
    place = greeting.index(b"\0", 5) + 1 + 4 + 8 + 1
    offered = struct.unpack_from("<H", greeting, place)[0] & ~_CLIENT_SSL
    return greeting[:place] + struct.pack("<H", offered) + greeting[place + 2 :]
