"""LIKE and GLOB: SQLite's ignore and keep the case of ASCII letters, and see a text up to its first NUL."""

from __future__ import annotations

import re

from zdcdc.translate.literals import text_literal
from zdcdc.translate.operands import Kind, RefusedError
from zdcdc.translate.values import Value, as_text, before_nul, folded, letters_of, lowered, operation

_ESCAPE = "|"
_RANGE = re.compile("[0-9]-[0-9]|[A-Z]-[A-Z]|[a-z]-[a-z]")
_CLASS = re.compile(rf"\[\^?(?!\.)(?:{_RANGE.pattern}|[0-9A-Za-z _.,;@#/%])+\]")
"""The classes of GLOB that mean the same in ICU's (MySQL) and PCRE's (MariaDB) regular expressions."""

_LITERAL = re.compile(r"[^\\^$.|?*+()\[\]{}]")


def like(value: Value, pattern: Value, escape: str, collation: str) -> Value:
    """``value LIKE pattern ESCAPE escape`` (empty: without). Raises RefusedError."""
    parts = _like_parts(_pattern(pattern), escape)
    letters = letters_of("".join(part for kind, part in parts if kind == "text"))
    text = before_nul(as_text(value, collation), collation)
    wanted = "".join(_escaped(part) if kind == "text" else part for kind, part in parts)
    sql = folded(text.sql, letters) if letters else text.operand
    return _matched(sql, "LIKE", lowered(wanted), text, collation)


def glob(value: Value, pattern: Value, collation: str) -> Value:
    """``value GLOB pattern``. Raises RefusedError."""
    wanted = _pattern(pattern)
    text = before_nul(as_text(value, collation), collation)
    if "[" not in wanted:
        parts = (({"*": "%", "?": "_"}.get(letter) or _escaped(letter)) for letter in wanted)
        return _matched(text.operand, "LIKE", "".join(parts), text, collation)
    return _matched(text.operand, "REGEXP", _regular(wanted), text, collation)


def _pattern(pattern: Value) -> str:
    if not isinstance(pattern.literal, str) or "\0" in pattern.literal:
        raise RefusedError("a pattern that is no literal")
    return pattern.literal


def _matched(sql: str, operator: str, pattern: str, text: Value, collation: str) -> Value:
    if not text.settled:
        sql = f"{sql} COLLATE {collation}"
    end = f" ESCAPE '{_ESCAPE}'" if operator == "LIKE" else ""
    return operation(f"{sql} {operator} {text_literal(pattern)}{end}", Kind.INTEGER, logical=True)


def _like_parts(pattern: str, escape: str) -> list[tuple[str, str]]:
    """``pattern`` cut into wildcards and texts."""
    if escape in ("%", "_") or escape.isalpha():
        raise RefusedError(f"ESCAPE '{escape}'")
    parts: list[tuple[str, str]] = []
    letters = iter(pattern)
    for letter in letters:
        if escape and letter == escape:
            following = next(letters, "")
            if not following:
                raise RefusedError("a pattern that ends in its escape character")
            parts.append(("text", following))
        else:
            parts.append(("wildcard" if letter in "%_" else "text", letter))
    return parts


def _escaped(letter: str) -> str:
    return _ESCAPE + letter if letter in ("%", "_", _ESCAPE) else letter


def _regular(pattern: str) -> str:
    """A regular expression for a pattern of GLOB: ``(?!.)`` is the end, where ``$`` also stands before a
    newline."""
    expression = "(?s)^"
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "[":
            matched = _CLASS.match(pattern, place)
            if matched is None or any(found[0] > found[2] for found in _RANGE.findall(matched.group())):
                raise RefusedError("a class in a GLOB pattern")
            expression += matched.group()
            place = matched.end()
            continue
        if letter in "*?":
            expression += ".*" if letter == "*" else "."
        elif _LITERAL.match(letter):
            expression += letter
        elif letter in "\\^]":
            raise RefusedError(f"{letter} in a GLOB pattern with classes")
        else:
            expression += f"[{letter}]"
        place += 1
    return f"{expression}(?!.)"
