"""Identifiers and literals of both dialects: the one place where a name becomes SQL text."""

from __future__ import annotations

from enum import Enum

PREFIX = "_zdcdc_"
"""Every table, index and trigger that zdcdc makes in either database starts with this."""


class Dialect(Enum):
    """Whose SQL a text is; the value is the quote character of its identifiers."""

    SQLITE = '"'
    MYSQL = "`"


def quoted(name: str, dialect: Dialect) -> str:
    """``name`` as an identifier of ``dialect``, whatever characters it holds."""
    mark = dialect.value
    return mark + name.replace(mark, mark * 2) + mark


def sqlite_name(name: str) -> str:
    """``name`` quoted for SQLite."""
    return quoted(name, Dialect.SQLITE)


def mysql_name(name: str) -> str:
    """``name`` quoted for MySQL and MariaDB."""
    return quoted(name, Dialect.MYSQL)


def bound_name(name: str) -> str:
    """``name`` quoted for a MySQL statement with bound values: there the driver reads ``%``."""
    return mysql_name(name).replace("%", "%%")


def string_literal(text: str) -> str:
    """``text`` as a string of standard SQL, for SQLite; values are bound instead wherever they can be."""
    return "'" + text.replace("'", "''") + "'"


def is_ours(name: str) -> bool:
    """Whether zdcdc made the object called ``name`` (SQLite folds the case of ASCII names)."""
    return name.lower().startswith(PREFIX)
