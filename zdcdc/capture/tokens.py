"""Cutting parts out of CREATE INDEX text, where no pragma gives them."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\s+ | --[^\n]*(?:\n|$) | /\*.*?(?:\*/|$)
      | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]
      | [\w$\x80-\U0010ffff]+ | .""",
    re.VERBOSE | re.DOTALL,
)
_ORDER = re.compile(r"\s+(?:ASC|DESC)\s*$", re.IGNORECASE)


def tokens(sql: str) -> list[str]:
    """``sql`` cut into tokens; a comment becomes a space, so that the tokens may be joined on one line."""
    return [" " if token.startswith(("--", "/*")) else token for token in _TOKEN.findall(sql)]


def index_terms(sql: str) -> tuple[tuple[str, ...], str | None]:
    """The terms between the parentheses of a CREATE INDEX and the condition of a partial one.

    Terms keep a COLLATE clause and lose ASC or DESC. Raises ValueError when ``sql`` has no such list.
    """
    terms: list[str] = []
    term = ""
    depth = 0
    parts = tokens(sql)
    for place, token in enumerate(parts):
        if token == "(":
            depth += 1
            if depth == 1:
                continue
        elif token == ")":
            depth -= 1
            if depth == 0:
                terms.append(term)
                return tuple(map(_bare, terms)), _condition(parts[place + 1 :])
        elif token == "," and depth == 1:
            terms.append(term)
            term = ""
            continue
        if depth:
            term += token
    raise ValueError(f"no list of columns in {sql!r}")


def _bare(term: str) -> str:
    return _ORDER.sub("", term).strip()


def _condition(rest: list[str]) -> str | None:
    for place, token in enumerate(rest):
        if token.upper() == "WHERE":
            return "".join(rest[place + 1 :]).strip().rstrip(";").strip()
    return None
