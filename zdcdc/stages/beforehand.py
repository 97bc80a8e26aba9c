"""What a command finds out before it asks a running process to hand over: not in vain."""

from __future__ import annotations

from zdcdc import mysql
from zdcdc.apply import checkpoint
from zdcdc.config import Config
from zdcdc.errors import Code, PreconditionError
from zdcdc.rounds.pair import not_begun
from zdcdc.stages.begin import begun, require_forward
from zdcdc.stages.control import runner_of


def require_complete_copy(config: Config) -> None:
    """Passes when everything is copied and indexed. Changes nothing and takes no lock.

    Raises PreconditionError, SourceError, TargetError.
    """
    decided = begun(config)
    if decided is None:
        raise not_begun(config)
    require_forward(decided)
    connection = mysql.connect(config.target)
    try:
        if checkpoint.present(connection):
            held = checkpoint.read(connection)
            if held.copied and held.indexed:
                return
    finally:
        connection.close()
    runner = runner_of(config.sqlite_path)
    hint = "zdcdc snapshot resumes it"
    if runner is not None:
        hint = f"wait until {runner.name} has copied everything; zdcdc status shows how far it is"
    raise PreconditionError(
        Code.PHASE, "the copy is not complete", consequence="nothing was changed", hint=hint
    )
