"""A wire to a database server that is cut when a request was carried out and its answer is on the way."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

CHUNK = 65_536


class CutWire:
    """Listens on 127.0.0.1 and passes everything on to a server, except the answer to one request.

    It counts requests and does not read them, for they may be encrypted. Each must be smaller than a chunk.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._requests_left = 0
        self._cut = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    @property
    def was_cut(self) -> bool:
        """Whether an answer was withheld."""
        return self._cut.is_set()

    def cut_at(self, request: int) -> None:
        """Withhold the answer to request number ``request``, counted from 1 and from now on, and hang up."""
        self._requests_left = request

    def __enter__(self) -> CutWire:
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closed after the threads are gone only: a number that is free again may be another socket's by then.
        for end in (self._listener, *self._sockets):
            _hang_up(end)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._sockets):
            end.close()

    def _run(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._sockets += [client, server]
            cutting = threading.Event()
            self._run(self._pass_requests, client, server, cutting)
            self._run(self._pass_answers, server, client, cutting)

    def _pass_requests(self, client: socket.socket, server: socket.socket, cutting: threading.Event) -> None:
        while data := _received(client):
            self._requests_left -= 1
            if self._requests_left == 0:
                self._cut.set()
                cutting.set()
            if not _sent(server, data):
                return

    def _pass_answers(self, server: socket.socket, client: socket.socket, cutting: threading.Event) -> None:
        while data := _received(server):
            if cutting.is_set():
                _hang_up(client)
            if cutting.is_set() or not _sent(client, data):
                return


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(CHUNK)
    except OSError:
        return b""


def _sent(end: socket.socket, data: bytes) -> bool:
    try:
        end.sendall(data)
    except OSError:
        return False
    return True


def _hang_up(end: socket.socket) -> None:
    # What its other end has closed already cannot be shut down once more.
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
