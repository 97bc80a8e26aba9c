"""Making and removing views in the target: a table of ours names them, so that no other is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pymysql.connections import Connection

from zdcdc.apply.ddl.views import ViewDdl
from zdcdc.apply.tables import existing
from zdcdc.errors import Code, TargetError, TargetUnavailableError
from zdcdc.mysql import errors_of, execute, rows
from zdcdc.names import mysql_name
from zdcdc.points import reach

_LASTING = (Code.STATEMENT, Code.PRIVILEGES)
"""What no second try mends, and is no reason to end a migration: no row depends on a view."""


def bring_up(connection: Connection[Any], wanted: Sequence[ViewDdl]) -> Iterator[str]:
    """Makes the views of ours those that are ``wanted``; yields what a person has to know.

    Given again it does what is left. Raises TargetError, TargetUnavailableError.
    """
    made = _made(connection)
    texts = {view.name: view.create for view in wanted}
    for name in [name for name, create in made.items() if texts.get(name) != create]:
        _drop(connection, name)
        del made[name]
    for view in wanted:
        if view.name not in made:
            yield from _make(connection, view)


def drop_all(connection: Connection[Any]) -> None:
    """Removes every view of ours. Raises TargetError."""
    for name in _made(connection):
        _drop(connection, name)


def _made(connection: Connection[Any]) -> dict[str, str]:
    """The statement of each view of ours, empty where it was not proven to be made."""
    with errors_of("looking for the views of the migration"):
        there = rows(
            connection,
            "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() "
            "AND table_name = '_zdcdc_view'",
        )
        found = rows(connection, "SELECT name, statement FROM _zdcdc_view ORDER BY name") if there else ()
        connection.rollback()
    return dict(found)


def _make(connection: Connection[Any], view: ViewDdl) -> Iterator[str]:
    if view.name in existing(connection):
        yield f"view {view.name} is left alone: the target has something else of this name"
        return
    # Named before it is made: a rollback removes whatever a killed run has left.
    _store(connection, view.name, "")
    try:
        with errors_of(f"making view {view.name}"), connection.cursor() as cursor:
            reach("view.before")
            cursor.execute(view.create)
            reach("view.after")
    except TargetError as failure:
        if isinstance(failure, TargetUnavailableError) or failure.code not in _LASTING:
            raise
        _drop(connection, view.name)
        yield f"view {view.name} was not made: {failure.what}"
        return
    _store(connection, view.name, view.create)


def _store(connection: Connection[Any], name: str, statement: str) -> None:
    with errors_of(f"keeping the name of view {name}"):
        execute(connection, "REPLACE INTO _zdcdc_view (name, statement) VALUES (%s, %s)", (name, statement))
        connection.commit()


def _drop(connection: Connection[Any], name: str) -> None:
    with errors_of(f"removing view {name}"), connection.cursor() as cursor:
        reach("drop.before")
        cursor.execute(f"DROP VIEW IF EXISTS {mysql_name(name)}")
        reach("drop.after")
        execute(connection, "DELETE FROM _zdcdc_view WHERE name = %s", (name,))
        connection.commit()
