"""The plan as text, SQL and JSON. Pure."""

from __future__ import annotations

from typing import Any

from zdcdc.check.by_hand import by_hand_documents, by_hand_sql
from zdcdc.check.survey import Survey
from zdcdc.mysql import SQL_MODE

STEPS = (
    "record changed keys by triggers in SQLite (one commit under the write lock)",
    "make the tables in MySQL",
    "copy them in chunks while changes are applied",
    "build indexes and foreign keys while changes are applied",
    "follow, verify every value, cut over",
)

_SESSION = (
    "SET NAMES utf8mb4",
    f"SET SESSION sql_mode = '{SQL_MODE}', time_zone = '+00:00', foreign_key_checks = 0",
)
"""What the meaning of the statements depends on."""


def plan_sql(seen: Survey) -> str:
    """The DDL alone, as the ``mysql`` client takes it."""
    statements = list(_SESSION)
    statements += [surveyed.ddl.create for surveyed in seen.tables]
    for surveyed in seen.tables:
        keys = surveyed.ddl.add_keys()
        if keys is not None:
            statements.append(keys)
    for surveyed in seen.tables:
        foreign_keys = surveyed.ddl.add_foreign_keys()
        if foreign_keys is not None:
            statements.append(foreign_keys)
    statements += [view.create for view in seen.views]
    return "".join(f"{statement};\n" for statement in statements)


def plan_text(seen: Survey) -> str:
    """Everything for a person."""
    lines: list[str] = []
    for surveyed in seen.tables:
        lines.append(f"{surveyed.table.name}: {surveyed.facts.rows:,} rows")
        width = max(len(column.name) for column in surveyed.mapping.columns)
        for column in surveyed.mapping.columns:
            lines.append(f"  {column.name:{width}}  {column.type:14}  {column.reason}")
        lines.append("")
    lines += ["DDL:", "", plan_sql(seen), "By hand:", "", by_hand_sql(seen.losses), "Steps:", ""]
    lines += [f"  {number}. {step}" for number, step in enumerate(STEPS, 1)]
    return "\n".join(lines)


def plan_document(seen: Survey) -> dict[str, Any]:
    """``plan --json``."""
    return {
        "tables": [
            {
                "table": surveyed.table.name,
                "rows": surveyed.facts.rows,
                "columns": [column.to_json() for column in surveyed.mapping.columns],
                "create": surveyed.ddl.create,
                "add_keys": surveyed.ddl.add_keys(),
                "add_foreign_keys": surveyed.ddl.add_foreign_keys(),
            }
            for surveyed in seen.tables
        ],
        "views": [{"view": view.name, "create": view.create} for view in seen.views],
        "by_hand": by_hand_documents(seen.losses),
        "steps": list(STEPS),
        "findings": [finding.to_json() for finding in seen.findings],
        "next_steps": ["zdcdc snapshot"],
    }
