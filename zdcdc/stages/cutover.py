"""Moving the application's writes: checks, catching up, the switch, and what is said about it."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass, replace

from zdcdc import mysql, sqlite
from zdcdc.apply import checkpoint
from zdcdc.capture import decision
from zdcdc.config import Config
from zdcdc.cutover.plan import (
    Readiness,
    SwitchLimits,
    lasting_objections,
    objections,
    passing_objections,
)
from zdcdc.cutover.switch import Switched, confirm, outcome_of, raise_counters, switch
from zdcdc.errors import Code, PreconditionError, SourceBusyError, SourceError, TryAgainError, ZdcdcError
from zdcdc.model import Decision, Primary
from zdcdc.points import reach
from zdcdc.rounds.pair import Source, not_begun
from zdcdc.rounds.stream import Progress
from zdcdc.stages.begin import begun
from zdcdc.stages.follow import following
from zdcdc.stages.run import Run
from zdcdc.stages.watching import InterruptedRun, Watching

HOOK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Hooks:
    """Commands that a person wants run around the switch; empty for none."""

    before: str = ""
    after: str = ""


def cutover(
    config: Config,
    limits: SwitchLimits,
    stop: threading.Event,
    hooks: Hooks = Hooks(),
    watching: Watching = Watching(),
) -> Switched:
    """Makes MySQL primary; done before, it says so. Raises every objection, TryAgainError when undone."""
    done = already(config)
    if done is not None:
        return done
    with following(config, stop, watching, "cutover") as open_:
        wait_until_ready(open_, limits, stop)
        _run_hook(hooks.before, "before")
        counters = open_.patience.run(lambda: raise_counters(config, open_.source))
        _calm_down(open_, limits, stop)
        open_.stream.close()
        try:
            switched = switch(config, open_.source, counters, limits.max_pause, open_.patience)
        except SourceBusyError as error:
            raise TryAgainError(
                Code.LOCKED,
                f"the write lock was not free: {error.what}",
                consequence="nothing was changed; the application writes to SQLite as before",
                hint="try again when no long transaction runs",
            ) from error
        except SourceError as error:
            switched = _after_failed_commit(config, open_.source, error)
        open_.state.event(
            open_.source.decided.migration_id,
            "cut_over",
            epoch=switched.epoch,
            position=switched.position,
            drained_changes=switched.drained_changes,
            pause_seconds=switched.pause_seconds,
        )
    _run_hook(hooks.after, "after")
    return switched


def already(config: Config) -> Switched | None:
    """The outcome of a cutover that was done, None before one. Raises PreconditionError."""
    decided = begun(config)
    if decided is None:
        raise not_begun(config)
    if decided.primary is not Primary.MYSQL:
        return None
    if not decided.completed:
        _confirm(config, decided)
    return Switched(Primary.MYSQL, decided.epoch, 0, 0, 0.0, already=True)


def _confirm(config: Config, decided: Decision) -> None:
    target = mysql.connect(config.target)
    try:
        if checkpoint.present(target):
            confirm(target, decided.migration_id, decided.epoch)
    finally:
        target.close()


def dry_run(
    config: Config, limits: SwitchLimits, stop: threading.Event
) -> tuple[Readiness, list[ZdcdcError]]:
    """What a cutover would see now and every reason against it; changes nothing but follows on."""
    with following(config, stop, Watching(), "cutover") as open_:
        progress = open_.stream.step()
        ready = _readiness(open_, progress)
        return ready, objections(ready, limits)


def wait_until_ready(open_: Run, limits: SwitchLimits, stop: threading.Event) -> None:
    """Follows until nothing speaks against a cutover. Raises the gravest objection that time cannot mend,
    and TryAgainError when the lag did not fall below the limit in time."""
    deadline = time.monotonic() + limits.timeout
    while not stop.is_set():
        progress = open_.stream.step()
        open_.reporter.observe(progress)
        if not progress.caught_up:
            if time.monotonic() > deadline:
                raise TryAgainError(
                    Code.LAG,
                    f"the target did not catch up within {limits.timeout:.0f} s",
                    consequence="nothing was changed",
                    hint="try again when the writes calm down, or raise --timeout",
                )
            continue
        ready = _readiness(open_, progress)
        for objection in lasting_objections(ready, limits):
            raise objection
        passing = passing_objections(ready, limits)
        if not passing:
            return
        if time.monotonic() > deadline:
            raise passing[0]
    raise InterruptedRun


def _readiness(open_: Run, progress: Progress) -> Readiness:
    verification = open_.stream.use(checkpoint.read_verification)
    held = tuple(waiting.name for waiting in open_.source.held)
    return Readiness(progress.checkpoint, verification, progress.lag, len(open_.source.mappings), held)


def _calm_down(open_: Run, limits: SwitchLimits, stop: threading.Event) -> None:
    """The last rounds before the lock, so that little is left to drain under it."""
    for _ in range(3):
        if stop.is_set():
            raise InterruptedRun
        progress = open_.stream.step()
        open_.reporter.observe(progress)
    # A round may have taken the comparison back since it was looked at.
    for objection in lasting_objections(_readiness(open_, progress), limits):
        raise objection


def _after_failed_commit(config: Config, source: Source, error: SourceError) -> Switched:
    """An error at COMMIT may have come after it: only the decision row, read anew, tells."""
    connection = sqlite.connect(config.sqlite_path)
    try:
        with sqlite.read_transaction(connection, "reading the decision row"):
            decided: Decision | None = decision.read(connection)
    finally:
        connection.close()
    epoch = source.decided.epoch + 1
    if not outcome_of(decided, source.decided.migration_id, epoch):
        raise error
    return replace(Switched(Primary.MYSQL, epoch, 0, 0, 0.0))


def _run_hook(command: str, when: str) -> None:
    if not command:
        return
    reach(f"{when}_hook.before")
    try:
        done = subprocess.run(command, shell=True, timeout=HOOK_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _hook_failed(when, f"did not end within {HOOK_SECONDS} s") from error
    if done.returncode:
        raise _hook_failed(when, f"exited {done.returncode}")
    reach(f"{when}_hook.after")


def _hook_failed(when: str, what: str) -> PreconditionError:
    return PreconditionError(
        Code.PHASE, f"the {when}-cutover hook {what}", hint="zdcdc status says which side is primary"
    )
