"""Foreign keys, where InnoDB takes them and means the same. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zdcdc.apply.ddl.identifiers import fitting
from zdcdc.apply.ddl.losses import Loss, Matter
from zdcdc.apply.ddl.terms import key_size
from zdcdc.mapping import INDEX_KEY_BYTES, Capabilities, ColumnMapping, TableMapping
from zdcdc.names import mysql_name, sqlite_name
from zdcdc.schema import BINARY, ForeignKey, Table


@dataclass(frozen=True, slots=True)
class ForeignKeyDdl:
    """A foreign key: its name, its columns (in MySQL), and what follows FOREIGN KEY."""

    name: str
    columns: tuple[str, ...]
    clause: str


class _UnfitError(Exception):
    """Why InnoDB would refuse a foreign key, or mean something else by it."""


def foreign_key_name(mapping: TableMapping, number: int) -> str:
    """Unique in a database: as it was declared, where that is, else after its table."""
    if number < len(mapping.references):
        return mapping.references[number]
    return fitting(mapping.name, f"_fk_{number}")


def foreign_keys(
    table: Table, mapping: TableMapping, capabilities: Capabilities, taking_part: Mapping[str, TableMapping]
) -> tuple[list[ForeignKeyDdl], list[Loss]]:
    """Every foreign key that MySQL can have, those that it cannot, and what it does otherwise.

    ``taking_part`` are the tables that migrate, by their names in SQLite.
    """
    parents = {name.lower(): parent for name, parent in taking_part.items()}
    found: list[ForeignKeyDdl] = []
    losses: list[Loss] = []
    for number, foreign in enumerate(table.foreign_keys):
        parent = parents.get(foreign.parent.lower())
        try:
            if parent is None:
                raise _UnfitError("that table does not migrate")
            made = _foreign_key(mapping, number, foreign, parent, capabilities)
        except _UnfitError as unfit:
            losses.append(_loss(foreign, str(unfit)))
            continue
        if number in mapping.orphaned:
            losses.append(_orphaned(table, mapping, foreign, made))
            continue
        found.append(made)
        if foreign.parent.lower() == table.name.lower() and foreign.on_update in ("CASCADE", "SET NULL"):
            reason = f"InnoDB refuses what ON UPDATE {foreign.on_update} would change in the same table"
            losses.append(_loss(foreign, reason))
    made_too = {foreign_key.name for foreign_key in found}
    deferred = [
        foreign
        for number, foreign in enumerate(table.foreign_keys)
        if foreign.deferred and foreign_key_name(mapping, number) in made_too
    ]
    return found, [*losses, *_deferrable(deferred)]


def _foreign_key(
    mapping: TableMapping, number: int, foreign: ForeignKey, parent: TableMapping, capabilities: Capabilities
) -> ForeignKeyDdl:
    """Raises _UnfitError."""
    if "SET DEFAULT" in (foreign.on_delete, foreign.on_update):
        raise _UnfitError("InnoDB has no SET DEFAULT")
    if len(foreign.columns) != len(foreign.parent_columns):
        raise _UnfitError(f"{parent.source} has no key of as many columns")
    pairs = [
        (_column(mapping, name), _column(parent, target))
        for name, target in zip(foreign.columns, foreign.parent_columns, strict=True)
    ]
    for child, target in pairs:
        _require_alike(child, target)
        _require_computable(child, target, foreign, capabilities)
        if child.not_null and "SET NULL" in (foreign.on_delete, foreign.on_update):
            raise _UnfitError("a NOT NULL column cannot be set to NULL")
        if target.source in parent.key and _compares_otherwise(parent, target):
            raise _UnfitError(f"{parent.source} takes other spellings of a key for it; MySQL does not")
    ordered = _in_order_of_key(pairs, parent)
    if sum(key_size(child) or 0 for child, _ in ordered) > INDEX_KEY_BYTES:
        raise _UnfitError(f"its index would be longer than {INDEX_KEY_BYTES} bytes")
    name = foreign_key_name(mapping, number)
    columns = tuple(child.name for child, _ in ordered)
    clause = (
        f"CONSTRAINT {mysql_name(name)} FOREIGN KEY ({', '.join(map(mysql_name, columns))}) "
        f"REFERENCES {mysql_name(parent.name)} ({', '.join(mysql_name(t.name) for _, t in ordered)}) "
        f"ON DELETE {foreign.on_delete} ON UPDATE {foreign.on_update}"
    )
    return ForeignKeyDdl(name, columns, clause)


def _column(mapping: TableMapping, name: str) -> ColumnMapping:
    for column in mapping.columns:
        if column.source.lower() == name.lower():
            return column
    raise _UnfitError(f"there is no column {name} in {mapping.source}")


def _require_alike(child: ColumnMapping, parent: ColumnMapping) -> None:
    """InnoDB wants one type and one collation at both ends; lengths of text may differ."""
    kinds = [column.type.partition("(")[0] for column in (child, parent)]
    sized = kinds[0] in ("VARCHAR", "VARBINARY") and kinds[0] == kinds[1]
    if key_size(child) is None or not (sized or child.type == parent.type):
        raise _UnfitError(f"{child.type} cannot refer to {parent.type}")
    if child.codec.name != parent.codec.name or child.codec.argument != parent.codec.argument:
        raise _UnfitError("the two columns keep their values in different ways")
    if child.collation != parent.collation:
        raise _UnfitError("the two columns compare by different collations")


def _require_computable(
    child: ColumnMapping, parent: ColumnMapping, foreign: ForeignKey, capabilities: Capabilities
) -> None:
    """Seen with MySQL 9.7 (errors 3104 and 3733) and MariaDB 10.11 (1905)."""
    for column in (child, parent):
        if column.computed and not column.computed.stored and not capabilities.mariadb:
            raise _UnfitError(f"{column.name} is computed when it is read")
    if child.computed and (foreign.on_delete == "SET NULL" or foreign.on_update in ("SET NULL", "CASCADE")):
        raise _UnfitError(f"{child.name} is computed, and the foreign key would change it")


def _compares_otherwise(parent: TableMapping, column: ColumnMapping) -> bool:
    return parent.collation_of(column.source) != BINARY and column.type.startswith("VARCHAR")


def _in_order_of_key(
    pairs: list[tuple[ColumnMapping, ColumnMapping]], parent: TableMapping
) -> list[tuple[ColumnMapping, ColumnMapping]]:
    """``pairs`` in the order of a unique key of the parent: InnoDB wants its columns, all of them, in order
    (MySQL 8.4: error 6125). Raises _UnfitError."""
    by_parent = {target.name: (child, target) for child, target in pairs}
    keys = [tuple(column.name for column in parent.key_columns)]
    keys += [key.columns for key in parent.unique if not any(key.descending)]
    wanted = [target.name for _, target in pairs]
    for key in sorted(keys, key=lambda key: key != tuple(wanted)):
        if len(key) == len(pairs) and set(key) == by_parent.keys():
            return [by_parent[name] for name in key]
    raise _UnfitError(f"{parent.source} has no unique key of these columns alone in MySQL")


def _text(foreign: ForeignKey) -> str:
    columns = ", ".join(map(sqlite_name, foreign.columns))
    targets = ", ".join(map(sqlite_name, foreign.parent_columns))
    deferred = " DEFERRABLE INITIALLY DEFERRED" if foreign.deferred else ""
    return (
        f"FOREIGN KEY ({columns}) REFERENCES {sqlite_name(foreign.parent)} ({targets}) "
        f"ON DELETE {foreign.on_delete} ON UPDATE {foreign.on_update}{deferred}"
    )


def _shown(foreign: ForeignKey) -> str:
    return f"foreign key ({', '.join(foreign.columns)}) to {foreign.parent}"


def _loss(foreign: ForeignKey, reason: str) -> Loss:
    column = foreign.columns[0] if len(foreign.columns) == 1 else None
    return Loss(Matter.FOREIGN_KEY, _shown(foreign), reason, _text(foreign), column=column)


def _orphaned(table: Table, mapping: TableMapping, foreign: ForeignKey, made: ForeignKeyDdl) -> Loss:
    return Loss(
        Matter.FOREIGN_KEY,
        _shown(foreign),
        "rows without a parent break it",
        _text(foreign),
        f"ALTER TABLE {mysql_name(mapping.name)} ADD {made.clause}",
        f"correct the rows that PRAGMA foreign_key_check({sqlite_name(table.name)}) names",
        foreign.columns[0] if len(foreign.columns) == 1 else None,
    )


def _deferrable(foreign: list[ForeignKey]) -> list[Loss]:
    """One for all of a table: some libraries make every foreign key so."""
    if not foreign:
        return []
    return [
        Loss(
            Matter.DEFERRABLE,
            ", ".join(map(_shown, foreign)),
            "checked by MySQL with each statement, and not at COMMIT",
            ";\n".join(map(_text, foreign)),
            hint="the application has to write parents before their children",
        )
    ]
