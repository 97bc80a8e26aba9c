"""What a codec makes of a value, and what a server would keep of that: shares nothing with the codecs."""

from __future__ import annotations

import datetime
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from tests.support.kinds import Kinds
from tests.support.source_side import quoted
from tests.support.values import Value
from zdcdc.codecs.codec import Codec, Form
from zdcdc.sqlite import Text

FIELDS = (Form.RAW_FIELD, Form.ESCAPED_FIELD, Form.LITERAL)
"""The forms that are stored."""

DECLARED = ("", "TEXT", "INTEGER", "REAL", "NUMERIC", "DATE", "DECIMAL(10,2)", "TEXT COLLATE NOCASE")
"""A column of each affinity, and of another collation: both change what a comparison in SQL means."""


def stored(connection: sqlite3.Connection, value: Value, declared: str = "") -> Value:
    """Puts ``value`` into the only row of the table of a column ``v`` that is ``declared`` so; returns what
    SQLite made of it."""
    table = table_of(declared)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (v {declared})")
    connection.execute(f"DELETE FROM {table}")
    try:
        connection.execute(f"INSERT INTO {table} VALUES (?)", (value,))
    except UnicodeEncodeError:
        # Text that is not UTF-8 cannot be bound.
        assert isinstance(value, str)
        raw = value.encode("utf-8", "surrogateescape")
        connection.execute(f"INSERT INTO {table} VALUES (CAST(? AS TEXT))", (raw,))
    return as_value(connection.execute(f"SELECT v FROM {table}").fetchone()[0])


def table_of(declared: str) -> str:
    """The table of :func:`stored`, as SQL names it."""
    return quoted(f"t {declared}")


def as_value(found: object) -> Value:
    """What a connection of zdcdc's returns, as a value."""
    if isinstance(found, Text):
        return found.decode("utf-8", "surrogateescape")
    assert found is None or isinstance(found, int | float | bytes)
    return found


@dataclass(frozen=True)
class Sent:
    """One value as SQLite gives it out, and the bytes that go to the server in each form (None: refused)."""

    raw: object
    forms: dict[Form, bytes | None]


def of_all(connection: sqlite3.Connection, kinds: Kinds, declared: str = "") -> list[Sent]:
    """What each of ``kinds`` makes of what was :func:`stored` last; in one SELECT, as there are many."""
    terms = [f"{kind.expression('t.v', form)} || ''" for kind, _ in kinds for form in Form]
    raw, *found = connection.execute(
        f"SELECT v, {', '.join(terms)} FROM {table_of(declared)} AS t"
    ).fetchone()
    rows = [found[start : start + len(Form)] for start in range(0, len(found), len(Form))]
    return [Sent(raw, dict(zip(Form, row, strict=True))) for row in rows]


def encoded(
    connection: sqlite3.Connection, kind: Codec, form: Form, value: Value, declared: str = ""
) -> bytes | None:
    """``value`` in ``form`` as the bytes that go to the server; None when it is refused."""
    stored(connection, value, declared)
    return of_all(connection, [(kind, "")], declared)[0].forms[form]


def unescaped(field: bytes) -> bytes:
    """How LOAD DATA reads a field that is not NULL."""
    out = bytearray()
    rest = iter(field)
    for byte in rest:
        if byte != ord("\\"):
            out.append(byte)
            continue
        following = next(rest)
        out.append({ord("t"): 9, ord("n"): 10}.get(following, following))
    return bytes(out)


def of_literal(literal: bytes) -> bytes:
    """The content of a string literal of MySQL."""
    assert literal[:1] == literal[-1:] == b"'"
    out = bytearray()
    rest = iter(literal[1:-1])
    for byte in rest:
        if byte in b"\\'":
            following = next(rest)
            assert following == byte, "a quote or a backslash that is not doubled"
        out.append(byte)
    return bytes(out)


def content(sent: bytes, form: Form) -> bytes:
    """The text that a server reads from what was sent in ``form``."""
    if form is Form.LITERAL:
        return of_literal(sent) if sent.startswith(b"'") else sent
    return unescaped(sent) if form is Form.ESCAPED_FIELD else sent


def kept(kind: Codec, type_: str, sent: bytes, form: Form) -> Any:
    """What PyMySQL returns after the server stored ``sent`` in a column of ``type_``; AssertionError where a
    strict server would not take it."""
    name, _, size = type_.rstrip(")").partition("(")
    if name in ("VARBINARY", "LONGBLOB"):
        digits = sent.removeprefix(b"X'").removesuffix(b"'") if form is Form.LITERAL else sent
        blob = bytes.fromhex(digits.decode("ascii"))
        assert not size or len(blob) <= int(size)
        return blob
    text = content(sent, form).decode()
    match name:
        case "BIGINT" | "TINYINT":
            assert -(2**63) <= int(text) < 2**63
            return int(text)
        case "DOUBLE":
            return float(text)
        case "DECIMAL":
            return _decimal(text, [int(part) for part in size.split(",")])
        case "VARCHAR":
            assert len(text) <= int(size)
            return text
        case "DATE":
            return datetime.date.fromisoformat(text)
        case "DATETIME":
            assert len(text) >= 19
            return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S" + (".%f" if "." in text else ""))
        case "TIME":
            clock = datetime.datetime.strptime(text, "%H:%M:%S" + (".%f" if "." in text else ""))
            return clock - datetime.datetime(1900, 1, 1)
        case "UUID":
            return str(uuid.UUID(text))
    assert name in ("LONGTEXT", "JSON")
    return text


def _decimal(text: str, size: Sequence[int]) -> Decimal:
    number = Decimal(text)
    precision, scale = size
    assert number == number.quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    assert abs(number) < Decimal(10) ** (precision - scale)
    return number


_WIDE = Context(prec=400)

