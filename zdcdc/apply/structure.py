"""Whether the target's tables are still as they were made: somebody else may have changed one since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from zdcdc.apply.ddl import TableDdl
from zdcdc.mapping import ColumnMapping, Helper, TableMapping
from zdcdc.mysql import errors_of, rows
from zdcdc.names import is_ours, mysql_name
from zdcdc.points import reach

_COLUMNS = (
    "SELECT table_name, column_name, column_type, collation_name, is_nullable, generation_expression "
    "FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)
_KEYS = (
    "SELECT DISTINCT table_name, index_name, non_unique FROM information_schema.statistics "
    "WHERE table_schema = DATABASE()"
)
_CONSTRAINTS = (
    "SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints "
    "WHERE table_schema = DATABASE() AND constraint_type IN ('FOREIGN KEY', 'CHECK')"
)


@dataclass(frozen=True, slots=True)
class Structure:
    """One table: its columns in order as (name, type), those of ours that keys need, and the names of its
    keys and constraints."""

    columns: tuple[tuple[str, str], ...] = ()
    unique: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    helpers: frozenset[tuple[str, str]] = frozenset()
    checks: frozenset[str] = frozenset()


def altered(
    connection: Connection[Any], tables: Sequence[tuple[TableDdl, TableMapping]], collation: str
) -> tuple[str, ...]:
    """What was changed in ``tables`` since they were made and indexed; empty when nothing was.

    An index that was added is none of our business, unless it is unique. Raises TargetError.
    """
    with errors_of("looking at the tables of the target"):
        ((lower_case,),) = rows(connection, "SELECT @@lower_case_table_names")
        found = _found(rows(connection, _COLUMNS), rows(connection, _KEYS), rows(connection, _CONSTRAINTS))
        connection.rollback()
    reasons: list[str] = []
    for ddl, mapping in tables:
        name = ddl.table.lower() if lower_case else ddl.table
        reasons += [f"{name}: {what}" for what in changes(expected(ddl, mapping, collation), found.get(name))]
    return tuple(reasons)


def alter_columns(connection: Connection[Any], ddl: TableDdl, mapping: TableMapping, collation: str) -> None:
    """Gives the columns of a table that is there the types of ``mapping``, which keep what they hold.

    Given again it does what is left. Raises TargetError.
    """
    with errors_of(f"looking at table {ddl.table}"):
        ((lower_case,),) = rows(connection, "SELECT @@lower_case_table_names")
        found = _found(rows(connection, _COLUMNS), (), ())
        connection.rollback()
    now = found.get(ddl.table.lower() if lower_case else ddl.table)
    if now is None:
        return
    types, wanted = dict(now.columns), dict(expected(ddl, mapping, collation).columns)
    definitions = dict(ddl.columns)
    changed = [
        f"MODIFY COLUMN {definitions[name]}" for name, kind in wanted.items() if types.get(name) != kind
    ]
    if changed:
        with errors_of(f"altering table {ddl.table}"), connection.cursor() as cursor:
            reach("alter.before")
            cursor.execute(f"ALTER TABLE {mysql_name(ddl.table)} {', '.join(changed)}")
            reach("alter.after")


def expected(ddl: TableDdl, mapping: TableMapping, collation: str) -> Structure:
    """The table as it was made. Pure."""
    return Structure(
        tuple((column.name, _type(column, collation)) for column in mapping.columns),
        ddl.unique | {"PRIMARY"},
        frozenset(addition.name for addition in ddl.keys),
        frozenset(addition.name for addition in ddl.foreign_keys),
        frozenset((helper.name, _type_of_helper(helper, collation)) for helper in ddl.helpers),
        frozenset(check.name for check in mapping.checks),
    )


def changes(made: Structure, now: Structure | None) -> list[str]:
    """What is different ``now``. Pure."""
    if now is None:
        return ["it is gone"]
    found: list[str] = []
    before, after = dict(made.columns), dict(now.columns)
    found += [f"column {name} is gone" for name in before if name not in after]
    found += [f"column {name} was added" for name in after if name not in before]
    found += [
        f"column {name} is {after[name]}, it was {type_}"
        for name, type_ in before.items()
        if name in after and after[name] != type_
    ]
    if not found and [name for name, _ in made.columns] != [name for name, _ in now.columns]:
        found.append("its columns are in another order")
    found += [f"column {name} is gone or was changed" for name, _ in sorted(made.helpers - now.helpers)]
    for kind, names, present in (
        ("unique key", made.unique, now.unique),
        ("index", made.others, now.others & made.others),
        ("foreign key", made.foreign, now.foreign),
        ("CHECK", made.checks, now.checks),
    ):
        found += [f"{kind} {name} is gone" for name in sorted(names - present)]
        found += [f"{kind} {name} was added" for name in sorted(present - names)]
    return found


def _type(column: ColumnMapping, collation: str) -> str:
    text = column.type.startswith(("VARCHAR", "LONGTEXT"))
    shown = (column.collation or collation) if text else None
    return _described(column.type, shown, column.not_null, column.computed is not None)


def _type_of_helper(helper: Helper, collation: str) -> str:
    return _described(helper.type, collation if helper.type == "LONGTEXT" else None, False, True)


def _described(kind: str, collation: str | None, not_null: bool, computed: bool) -> str:
    # MariaDB shows a width for integers.
    shown = kind.lower() if not kind.lower().startswith("bigint") else "bigint"
    parts = (shown, collation, "not null" if not_null else None, "computed" if computed else None)
    return " ".join(part for part in parts if part)


def _found(
    columns: Sequence[tuple[Any, ...]],
    keys: Sequence[tuple[Any, ...]],
    constraints: Sequence[tuple[Any, ...]],
) -> Mapping[str, Structure]:
    by_table: dict[str, list[tuple[str, str]]] = {}
    helpers: dict[str, set[tuple[str, str]]] = {}
    for table, name, kind, collation, nullable, expression in columns:
        described = _described(kind, collation, nullable == "NO", bool(expression))
        if expression and is_ours(name):
            helpers.setdefault(table, set()).add((name, described))
        else:
            by_table.setdefault(table, []).append((name, described))
    return {
        table: Structure(
            tuple(described),
            frozenset(name for of, name, non_unique in keys if of == table and not int(non_unique)),
            frozenset(name for of, name, non_unique in keys if of == table and int(non_unique)),
            frozenset(name for of, name, kind in constraints if of == table and kind != "CHECK"),
            frozenset(helpers.get(table, ())),
            frozenset(name for of, name, kind in constraints if of == table and kind == "CHECK"),
        )
        for table, described in by_table.items()
    }
