"""The shop's writers: one process for each partition, working without pause until told to stop."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from types import TracebackType
from typing import Final

from zdcdc.demo.acknowledgements import Acknowledgement, Promises, promises_file
from zdcdc.demo.decision import Primary
from zdcdc.demo.desk import transactions
from zdcdc.demo.router import Router
from zdcdc.demo.shop import PARTITIONS, ShopSize
from zdcdc.demo.transactions import Ending
from zdcdc.errors import Code, ZdcdcError

LOOK_AROUND_SECONDS: Final = 0.25
FORGIVEN_SECONDS: Final = 0.1
STOP_TIMEOUT_SECONDS: Final = 60.0
_SPAWN: Final = multiprocessing.get_context("spawn")
_SLOTS: Final = {Primary.SQLITE: 0, Primary.MYSQL: 1}


@dataclass(frozen=True)
class Workplace:
    """All that a writer must know. ``per_second`` bounds the transactions of each one."""

    sqlite_path: Path
    mysql_url: str = field(repr=False)
    promises: Path
    size: ShopSize
    per_second: float = 250.0


class Writers:
    """The processes of all partitions, at work while in a ``with`` block.

    They end with this process, even when it is killed.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._stop = _SPAWN.Event()
        # Shared memory without a lock: each of its numbers is written by one process only.
        self._done = _SPAWN.RawArray(ctypes.c_ulonglong, PARTITIONS * len(_SLOTS))
        self._processes = [
            _SPAWN.Process(
                target=_work,
                args=(writer, workplace, self._stop, self._done),
                name=f"shop-writer-{writer}",
                daemon=True,
            )
            for writer in range(PARTITIONS)
        ]

    def __enter__(self) -> Writers:
        for process in self._processes:
            process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let each finish what it has begun, and wait. Raises ZdcdcError if one failed or does not end.

        Not where an error is under way already, for it may be the cause of theirs.
        """
        failed = self._stop_all()
        if failed and kind is None:
            raise _ended_badly(failed[0])

    def committed(self, side: Primary) -> int:
        """Transactions that were acknowledged on ``side`` until now, of all writers together."""
        return sum(self._done[_SLOTS[side] :: len(_SLOTS)])

    def committed_by_each(self, side: Primary) -> tuple[int, ...]:
        """The same for each writer."""
        return tuple(self._done[_SLOTS[side] :: len(_SLOTS)])

    def require_all_at_work(self) -> None:
        """Raises ZdcdcError naming a writer that ended before it was told to; its traceback is on stderr."""
        for process in self._processes:
            if process.exitcode is not None:
                raise _ended_badly(process)

    def _stop_all(self) -> list[SpawnProcess]:
        """Stop those that were started; returns the ones that failed, which are gone too."""
        self._stop.set()
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        started = [process for process in self._processes if process.pid is not None]
        for process in started:
            process.join(max(0.0, deadline - time.monotonic()))
        failed = [process for process in started if process.exitcode != 0]
        for process in failed:
            process.kill()
            process.join()
        return failed


def _ended_badly(process: SpawnProcess) -> ZdcdcError:
    return ZdcdcError(
        Code.DATA,
        f"the sample application's process {process.name} ended by itself (status {process.exitcode})",
        consequence="the demonstration proves nothing",
        hint="its error is printed above",
    )


def _work(writer: int, workplace: Workplace, stop: Event, done: ctypes.Array[ctypes.c_ulonglong]) -> None:
    """Main of a process: one transaction after the other, each acknowledged when it is committed."""
    # An interrupt from the terminal is for the parent, which stops its writers in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    router = Router(workplace.sqlite_path, workplace.mysql_url)
    promises = Promises(promises_file(workplace.promises, writer))
    pace = 1 / workplace.per_second
    due = looked_around = time.monotonic()
    try:
        for transaction in transactions(writer, workplace.size):
            begun = time.monotonic()
            side = router.carry_out(transaction)
            ended = time.monotonic()
            promises.note(
                Acknowledgement(
                    transaction.token, writer, transaction.n, transaction.ending, side, begun, ended
                )
            )
            if transaction.ending is Ending.KEPT:
                done[writer * len(_SLOTS) + _SLOTS[side]] += 1
            if stop.is_set():
                return
            if ended - looked_around > LOOK_AROUND_SECONDS:
                looked_around = ended
                if parent is not None and wait([parent.sentinel], 0):
                    return
            # What was missed for long is not made up for: a burst after the switch is no normal load.
            due = max(due + pace, ended - FORGIVEN_SECONDS)
            time.sleep(max(0.0, due - time.monotonic()))
    finally:
        promises.close()
        router.close()
