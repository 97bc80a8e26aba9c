"""Cutting SQL text into SQLite's tokens, and CREATE INDEX text into its terms, which no pragma gives."""

from __future__ import annotations

import re

SPACE = " \t\n\f\r\ufeff"
"""What SQLite's tokenizer skips (sqlite3GetToken in tokenize.c); a no-break space is part of a name."""

_TOKEN = re.compile(
    r"""[ \t\n\f\r]+ | \ufeff | --[^\n]*(?:\n|$) | /\*.*?(?:\*/|$)
      | '[^']*(?:''[^']*)*' | "[^"]*(?:""[^"]*)*" | `[^`]*(?:``[^`]*)*` | \[[^\]]*\]
      | [0-9A-Za-z_$\x80-\U0010ffff]+ | .""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"[0-9A-Za-z_$\x80-\U0010ffff]")
_OPERATORS = {"AND", "OR", "NOT", "IS", "IN", "LIKE", "GLOB", "REGEXP", "MATCH", "BETWEEN", "COLLATE"}
"""Words after which another is an operand, and not the order of an index term."""


def tokens(sql: str) -> list[str]:
    """``sql`` cut into tokens; a comment becomes a space, so that the tokens may be joined on one line."""
    return [" " if token.startswith(("--", "/*")) else token for token in _TOKEN.findall(sql)]


def is_space(token: str) -> bool:
    """Whether ``token`` only separates others."""
    return not token.strip(SPACE)


def keyword(token: str) -> str:
    """``token`` in upper case if it is a bare word, which may be a keyword; else empty."""
    return token.upper() if _WORD.match(token) else ""


def unquoted(token: str) -> str:
    """The name that ``token`` stands for, in any of SQLite's quotes or none."""
    if token.startswith("["):
        return token[1:-1]
    mark = token[:1]
    return token[1:-1].replace(mark * 2, mark) if mark in ("'", '"', "`") else token


def joined(parts: list[str]) -> str:
    """The text of ``parts`` without space around it."""
    return "".join(parts).strip(SPACE)


def split(parts: list[str]) -> list[list[str]]:
    """``parts`` at the commas that no parentheses enclose."""
    found: list[list[str]] = [[]]
    depth = 0
    for token in parts:
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(token)
    return found


def enclosed(parts: list[str], start: int = 0) -> tuple[list[str], int]:
    """What the first parentheses from ``start`` on enclose, and the place after them.

    Raises ValueError without a pair of them.
    """
    depth = 0
    opened = start
    for place in range(start, len(parts)):
        if parts[place] == "(":
            depth += 1
            if depth == 1:
                opened = place
        elif parts[place] == ")" and depth:
            depth -= 1
            if depth == 0:
                return parts[opened + 1 : place], place + 1
    raise ValueError("no parentheses")


def index_terms(sql: str) -> tuple[tuple[str, ...], str | None]:
    """The terms between the parentheses of a CREATE INDEX and the condition of a partial one.

    Terms keep a COLLATE clause and lose ASC or DESC. Raises ValueError when ``sql`` has no such list.
    """
    parts = tokens(sql)
    try:
        body, end = enclosed(parts)
    except ValueError as error:
        raise ValueError(f"no list of columns in {sql!r}") from error
    return tuple(map(_bare, split(body))), _condition(parts[end:])


def _bare(term: list[str]) -> str:
    words = [place for place, token in enumerate(term) if not is_space(token)]
    if len(words) > 1 and keyword(term[words[-1]]) in ("ASC", "DESC") and _ends(term[words[-2]]):
        return joined(term[: words[-1]])
    return joined(term)


def _ends(token: str) -> bool:
    """Whether an operand may end with ``token``."""
    return token == ")" or token[0] in "'\"`[" or keyword(token) not in {"", *_OPERATORS}


def _condition(rest: list[str]) -> str | None:
    for place, token in enumerate(rest):
        if keyword(token) == "WHERE":
            return joined(rest[place + 1 :]).rstrip(";").strip(SPACE)
    return None
