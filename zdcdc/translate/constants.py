"""What a constant expression is, found out by SQLite itself, in memory and away from any database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from zdcdc.codecs.codec import Codec, Form
from zdcdc.codecs.functions import register_functions
from zdcdc.keys import Value
from zdcdc.names import PREFIX, sqlite_name
from zdcdc.schema import Affinity
from zdcdc.translate.operands import RefusedError
from zdcdc.translate.tokens import is_space, keyword, tokens

_NAME = sqlite_name(PREFIX + "constant")
_TYPES = {
    Affinity.INTEGER: "INTEGER",
    Affinity.TEXT: "TEXT",
    Affinity.BLOB: "BLOB",
    Affinity.REAL: "REAL",
    Affinity.NUMERIC: "NUMERIC",
}
_CLOCKS = {"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"}


def stored_default(sql: str, affinity: Affinity, codec: Codec) -> Value | None:
    """What the default ``sql`` puts into a column with ``affinity``, as a field that ``codec`` writes for it
    (:attr:`Form.RAW_FIELD`: numbers, text and dates for MySQL, digits of a blob, one byte for NULL).

    None where it is not the same for every row. Raises RefusedError where ``codec`` cannot keep it.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        register_functions(connection, "UTF-8")
        written = _written(connection, sql)
        if written is None:
            return None
        try:
            connection.execute(f"CREATE TABLE t ({_NAME} {_TYPES[affinity]} DEFAULT {written})")
            connection.execute("INSERT INTO t DEFAULT VALUES")
            field = codec.expression(_NAME, Form.RAW_FIELD)
            (found,) = connection.execute(f"SELECT {field} FROM t").fetchone()
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise RefusedError("SQLite cannot compute it here") from error
    if found is None:
        raise RefusedError(f"the column holds {codec.storage}, and this is something else")
    value: Value = found
    return value


def _written(connection: sqlite3.Connection, sql: str) -> str | None:
    """``sql`` as it may follow DEFAULT, None unless it is constant.

    The pragma leaves the parentheses of an expression out. What depends on anything is not allowed in a
    generated column.
    """
    words = [token for token in tokens(sql) if not is_space(token)]
    if len(words) == 1 or (len(words) == 2 and words[0] in ("+", "-")):
        return None if keyword(words[0]) in _CLOCKS else sql
    try:
        connection.execute(f"CREATE TABLE probe (one, {_NAME} AS ({sql}\n))")
        connection.execute("INSERT INTO probe (one) VALUES (1)")
        connection.execute(f"SELECT {_NAME} FROM probe").fetchone()
    except (sqlite3.Error, UnicodeEncodeError):
        return None
    return f"({sql}\n)"
