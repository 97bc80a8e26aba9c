"""One process of a live application: ``python -m tests.support.application``, started by `writers`.

It is told what to do by one JSON line on stdin, and stops when stdin ends: so it goes when its parent goes,
however that happens. Each acknowledged write is one line in its own file, written after COMMIT returned and
before anything else is done: ``sqlite|mysql TOKEN STARTED FINISHED`` (seconds of the monotonic clock).
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tests.support import chinook_work
from tests.support.sessions import MySqlAddress, MySqlSession, Session, SqliteSession, WritesMovedError
from tests.support.table_work import TableWork, WrittenColumn

LONG_QUESTION_EVERY = 10

Act = Callable[[Session, random.Random], None]


class Work(Protocol):
    """What an application does, whatever its tables are; the module `chinook_work` is one."""

    @property
    def do_some_work(self) -> Act: ...

    @property
    def ask_shortly(self) -> Act: ...

    @property
    def ask_at_length(self) -> Act: ...


class Journal:
    """Lines of one process, each written at once, so that nothing is lost when the process is killed."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())


class Pace:
    """At most so many units a second; time lost while waiting for a lock is not caught up in a burst."""

    def __init__(self, per_second: float, stopped: threading.Event) -> None:
        self._interval = 1.0 / per_second
        self._stopped = stopped
        self._next = time.monotonic()

    def wait(self) -> bool:
        """Wait for the next turn; False when it is time to stop."""
        now = time.monotonic()
        self._next = max(self._next + self._interval, now)
        return not self._stopped.wait(self._next - now)


def write_until_stopped(
    spec: dict[str, Any], work: Work, acks: Journal, events: Journal, stopped: threading.Event
) -> None:
    """Units of work with their tokens, in SQLite until the fence, then in MySQL or not at all.

    A unit that met the fence is done again in MySQL with the same token: its pause runs from its first try.
    """
    session: Session = SqliteSession(Path(spec["sqlite_path"]), spec["busy_timeout_seconds"])
    pace = Pace(spec["per_second"], stopped)
    number = 0
    while pace.wait():
        number += 1
        token = f"{spec['name']}-{number}"
        started = time.monotonic()
        try:
            _unit(session, work, token)
        except WritesMovedError:
            events.write("fenced", token, started, time.monotonic())
            session.close()
            if spec["mysql"] is None:
                return
            session = MySqlSession(MySqlAddress(**spec["mysql"]))
            _unit(session, work, token)
        acks.write(session.name, token, started, time.monotonic())
    session.close()


def _unit(session: Session, work: Work, token: str) -> None:
    def whole(inside: Session) -> None:
        work.do_some_work(inside, random.Random(token))
        inside.execute("INSERT INTO ack (token) VALUES (?)", (token,))

    session.transaction(whole)


def read_until_stopped(spec: dict[str, Any], work: Work, events: Journal, stopped: threading.Event) -> None:
    """Short questions, and a long one every tenth time, to SQLite; each is a transaction of its own."""
    session = SqliteSession(Path(spec["sqlite_path"]), spec["busy_timeout_seconds"])
    pace = Pace(spec["per_second"], stopped)
    generator = random.Random(spec["name"])
    number = 0
    while pace.wait():
        number += 1
        ask = work.ask_at_length if number % LONG_QUESTION_EVERY == 0 else work.ask_shortly
        started = time.monotonic()
        ask(session, generator)
        events.write("read", number, started, time.monotonic())
    session.close()


def _work_of(spec: dict[str, Any]) -> Work:
    if spec["table"] is None:
        return chinook_work
    columns = tuple(WrittenColumn(**column) for column in spec["table"]["columns"])
    return TableWork(spec["table"]["table"], spec["table"]["key"], columns)


def main() -> None:
    spec: dict[str, Any] = json.loads(sys.stdin.readline())
    folder = Path(spec["folder"])
    events = Journal(folder / f"{spec['name']}.events")
    stopped = threading.Event()

    def watch() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=watch, daemon=True).start()
    try:
        if spec["role"] == "writer":
            acks = Journal(folder / f"{spec['name']}.acks")
            write_until_stopped(spec, _work_of(spec), acks, events, stopped)
        else:
            read_until_stopped(spec, _work_of(spec), events, stopped)
    except Exception:
        (folder / f"{spec['name']}.error").write_text(traceback.format_exc())
        raise


if __name__ == "__main__":
    main()
