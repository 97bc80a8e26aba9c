"""The functions that the expressions of codecs call in SQLite: what SQL cannot say, or not exactly."""

from __future__ import annotations

import sqlite3
from functools import partial

from zdcdc.codecs.codec import CHARACTERS, MYSQL_REAL_TEXT, REAL_TEXT
from zdcdc.codecs.mixed import NUMBER_LIKE_TEXT, UTF8
from zdcdc.codecs.moments import MOMENT, moment
from zdcdc.codecs.numbers import DECIMAL_TEXT, decimal_text
from zdcdc.codecs.texts import JSON_FITS, json_fits
from zdcdc.facts import NUMBER_LIKE


def register_functions(connection: sqlite3.Connection, encoding: str) -> None:
    """Registers on ``connection`` what codecs call; ``encoding`` is that of its database, as PRAGMA encoding
    names it."""
    for name, arguments, function in (
        (REAL_TEXT, 1, float.__repr__),
        (MYSQL_REAL_TEXT, 1, mysql_real_text),
        (DECIMAL_TEXT, 4, decimal_text),
        (NUMBER_LIKE_TEXT, 1, _number_like),
        (UTF8, 1, partial(_is_valid, encoding)),
        (CHARACTERS, 1, partial(_characters, encoding)),
        (JSON_FITS, 1, partial(_json_fits, encoding)),
        (MOMENT, 1, partial(_moment, encoding)),
    ):
        connection.create_function(name, arguments, function, deterministic=True)


def _number_like(text: str) -> bool:
    return NUMBER_LIKE.fullmatch(text) is not None


def _as_text(encoding: str, value: bytes | None) -> str | None:
    """The text that a CAST to BLOB gave the bytes of, which are those of the database's encoding."""
    # SQLite may call a function for a value that another condition beside it rules out.
    if value is None:
        return None
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return None


def _characters(encoding: str, value: bytes | None) -> int | None:
    found = _as_text(encoding, value)
    return None if found is None else len(found)


def _json_fits(encoding: str, value: bytes | None) -> int:
    found = _as_text(encoding, value)
    return 0 if found is None else json_fits(found)


def _moment(encoding: str, value: bytes | None) -> str | None:
    found = _as_text(encoding, value)
    return None if found is None else moment(found)


def _is_valid(encoding: str, value: bytes | None) -> bool | None:
    if _as_text(encoding, value) is not None:
        return True
    # What SQLite gives out for text that is not UTF-16 does not tell what it was made from.
    return False if encoding == "UTF-8" else None


def mysql_real(value: float) -> bytes:
    """:func:`mysql_real_text` as bytes, with a short cut for the usual case."""
    text = repr(value)
    if "e" not in text and len(text) < 16:
        return text.removesuffix(".0").encode()
    return mysql_real_text(value).encode()


def mysql_real_text(value: float) -> str:
    """The text that MySQL prints for a double: its digits as ``repr`` has them, in MySQL's notation.

    Both sides print the shortest digits that read back, but when an exponent is used depends on the
    server and on the width. A wrong guess here costs a little time and never exactness: verification
    reads both texts as numbers where they differ.
    """
    if value == 0 or value in (float("inf"), float("-inf")):
        return "0" if repr(value) == "0.0" else repr(value)
    mantissa, _, exponent = f"{value!r}e".rstrip("e").partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).rstrip("0")
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped
    if -15 < point <= 15:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        if len(digits) <= point:
            return sign + digits + "0" * (point - len(digits))
        return f"{sign}{digits[:point]}.{digits[point:]}"
    power = point - 1
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{power}"
