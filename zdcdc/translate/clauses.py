"""Cutting out of CREATE TABLE text what no pragma gives: CHECK, COLLATE, GENERATED, DEFERRABLE, ON CONFLICT.

SQLite keeps the text that it has parsed itself, so words that its grammar reserves are syntax wherever they
stand outside of parentheses and quotes (https://www.sqlite.org/syntax/column-constraint.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from zdcdc.schema import BINARY, Check, Conflict
from zdcdc.translate.tokens import enclosed, is_space, joined, keyword, split, tokens, unquoted

_TABLE_CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}


@dataclass(frozen=True, slots=True)
class ColumnClauses:
    """What a column definition says; ``generated`` is the expression of a generated column."""

    name: str
    collation: str = BINARY
    generated: str | None = None


@dataclass(frozen=True, slots=True)
class TableClauses:
    """What a CREATE TABLE text says, in the order of the text.

    One of ``deferred`` and of ``references`` (their names) for each foreign key; ``uniques`` are name and
    columns of each UNIQUE constraint that has a name.
    """

    columns: tuple[ColumnClauses, ...]
    checks: tuple[Check, ...]
    deferred: tuple[bool, ...]
    references: tuple[str | None, ...]
    uniques: tuple[tuple[str, tuple[str, ...]], ...]
    conflicts: tuple[Conflict, ...]
    autoincrement: bool

    def unique_called(self, columns: tuple[str, ...]) -> str | None:
        """The name of the UNIQUE constraint on ``columns``, None without one."""
        wanted = [column.lower() for column in columns]
        return next(
            (name for name, found in self.uniques if [column.lower() for column in found] == wanted), None
        )


def table_clauses(sql: str) -> TableClauses:
    """What ``sql``, a CREATE TABLE as SQLite keeps it, says. Raises ValueError without a list of columns."""
    try:
        body, _ = enclosed(tokens(sql))
    except ValueError as error:
        raise ValueError(f"no list of columns in {sql!r}") from error
    found = _Found()
    for item in split(body):
        words = _words(item)
        first = words[0].keyword if words else ""
        if first in _TABLE_CONSTRAINTS:
            _read(words, None, found)
        elif words:
            found.columns.append(_read(words[1:], words[0].name, found))
    return TableClauses(
        tuple(found.columns),
        tuple(found.checks),
        tuple(found.deferred),
        tuple(found.references),
        tuple(found.uniques),
        tuple(found.conflicts),
        found.autoincrement,
    )


def virtual_module(sql: str) -> str:
    """The module of a CREATE VIRTUAL TABLE, in lower case (fts5, rtree, …); empty when there is none."""
    words = [token for token in tokens(sql) if not is_space(token)]
    for word, following in pairwise(words):
        if keyword(word) == "USING":
            return unquoted(following).lower()
    return ""


@dataclass(slots=True)
class _Found:
    columns: list[ColumnClauses] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    deferred: list[bool] = field(default_factory=list)
    references: list[str | None] = field(default_factory=list)
    uniques: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    autoincrement: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A token, or (``group``) everything between one pair of parentheses."""

    text: str
    group: tuple[str, ...] | None = None

    @property
    def keyword(self) -> str:
        return "" if self.group is not None else keyword(self.text)

    @property
    def name(self) -> str:
        return unquoted(self.text)


_NOTHING = _Word("")


def _words(parts: list[str]) -> list[_Word]:
    """``parts`` without space, and with a word for each outer pair of parentheses."""
    words: list[_Word] = []
    place = 0
    while place < len(parts):
        if parts[place] == "(":
            inside, place = enclosed(parts, place)
            words.append(_Word(joined(inside), tuple(inside)))
            continue
        if not is_space(parts[place]):
            words.append(_Word(parts[place]))
        place += 1
    return words


def _read(words: Sequence[_Word], column: str | None, found: _Found) -> ColumnClauses:
    """Everything that one definition says: of ``column``, or of the table.

    As in SQLite, a name holds for every constraint up to the next comma, and DEFERRABLE belongs to the latest
    foreign key, in whichever definition it stands.
    """
    collation, generated, name = BINARY, None, None
    subject: tuple[str, ...] = ()
    before = _NOTHING
    for place, word in enumerate(words):
        rest = words[place + 1 :]
        following = rest[0] if rest else _NOTHING
        match word.keyword:
            case "CONSTRAINT":
                name = following.name
            case "CHECK" if following.group is not None:
                found.checks.append(Check(name, following.text, column))
                subject = ()  # SQLite reads ON CONFLICT after it, and does nothing of the kind
            case "AS" if following.group is not None:
                generated = following.text
            case "COLLATE":
                collation = following.name.upper()
            case "REFERENCES":
                found.deferred.append(False)
                found.references.append(name)
            case "DEFERRABLE" if found.deferred:
                later = [other.keyword for other in rest[:2]] == ["INITIALLY", "DEFERRED"]
                found.deferred[-1] = later and before.keyword != "NOT"
            case "NULL":
                subject = (column,) if column is not None and before.keyword == "NOT" else ()
            case "KEY" | "UNIQUE":
                if column is not None:
                    subject = (column,)
                elif following.group is not None:
                    subject = _listed(following.group)
                    found.autoincrement |= "AUTOINCREMENT" in map(keyword, following.group)
                if word.keyword == "UNIQUE" and name is not None:
                    found.uniques.append((name, subject))
            case "CONFLICT" if before.keyword == "ON" and subject:
                found.conflicts.append(Conflict(subject, following.keyword))
            case "AUTOINCREMENT":
                found.autoincrement = True
        before = word
    return ColumnClauses(column or "", collation, generated)


def _listed(group: Sequence[str]) -> tuple[str, ...]:
    """The names in the list of a table constraint, without order and collation."""
    return tuple(words[0].name for words in map(_words, split(list(group))) if words)
