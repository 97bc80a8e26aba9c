"""Expressions at random over the table of :mod:`tests.support.both_engines`, most of which mean something."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

COMPARISONS = ("=", "==", "<>", "!=", "<", "<=", ">", ">=", "IS", "IS NOT")
TEXTS = (
    "''",
    "'a'",
    "'A'",
    "'aA'",
    "'é'",
    "'É'",
    "'a '",
    "' '",
    "'it''s'",
    "'\\'",
    "'😀'",
    "'%'",
    "'z_'",
    "'12'",
)
PATTERNS = ("'a%'", "'%A%'", "'_'", "'%é'", "'__%'", "'%'", "''", "'%|%'", "'%\\%'", "'I%S'")
GLOBS = ("'a*'", "'*A*'", "'?'", "'[a-z]*'", "'*[0-9]'", "'*[^a]*'", "'*'", "'A?c'")
INTEGERS = ("0", "1", "-1", "2", "7", "-7", "10", "100", "9007199254740993", "0x10")
REALS = ("0.0", "0.5", "-0.5", "1.5", "1e10", "0.1", "2.0")
BLOBS = ("b", "c", "x'61'")
ARITHMETIC = ("+", "-", "*", "/", "%", "&", "|")
COLLATIONS = ("NOCASE", "RTRIM", "BINARY")
TRIMS = ("lower", "upper", "trim", "ltrim", "rtrim")
DATES = ("'2024-02-29'", "'2024-02-29 00:00:00'", "'2024-03'", "'1999-12-31 23:59:59.999999'", "'10:00:00'")


class Expressions:
    """Draws expressions from ``chance``, none deeper than ``depth``."""

    def __init__(self, chance: random.Random, depth: int = 3) -> None:
        self._chance = chance
        self._depth = depth

    def any(self) -> str:
        """One of any kind."""
        return self._pick((self.boolean, self.integer, self.text, self.real))(self._depth)

    def boolean(self, depth: int) -> str:
        """A condition."""
        if depth <= 0:
            return self._pick(("f", "f", "TRUE", "i IS NULL", "x IS NOT NULL", "NULL", "j"))
        below = depth - 1
        choices: Sequence[Callable[[], str]] = (
            lambda: f"({self.boolean(below)} {self._pick(('AND', 'OR'))} {self.boolean(below)})",
            lambda: f"(NOT {self.boolean(below)})",
            lambda: self._compared(self.integer, below),
            lambda: self._compared(self.text, below),
            lambda: self._compared(self.text, below),
            lambda: self._compared(self.real, below),
            lambda: self._compared_to(("d", "e", "n"), (*INTEGERS, "9.99", "0.5")),
            lambda: self._compared_to(BLOBS, BLOBS),
            lambda: self._compared_to(("day", "at", "bt", "az", "clock"), ("day", "at", "bt", "az", *DATES)),
            lambda: f"({self.integer(below)} BETWEEN {self.integer(below)} AND {self.integer(below)})",
            lambda: f"({self.text(below)} NOT IN ({self.text(below)}, {self.text(0)}, NULL))",
            lambda: f"({self.text(below)} IN ({self.text(below)}, {self.text(0)}))",
            lambda: f"({self.integer(below)} IN ({self.integer(0)}, {self.integer(below)}))",
            lambda: f"({self.text(below)} {self._pick(('LIKE', 'NOT LIKE'))} {self._pick(PATTERNS)})",
            lambda: f"({self.text(below)} GLOB {self._pick(GLOBS)})",
            lambda: f"({self.integer(below)} IS {self._pick(('TRUE', 'FALSE', 'NULL'))})",
            lambda: f"({self.text(0)} COLLATE {self._pick(COLLATIONS)} < {self.text(0)})",
            lambda: f"({self.text(0)} = {self.text(0)} COLLATE {self._pick(COLLATIONS)})",
        )
        return self._pick(choices)()

    def integer(self, depth: int) -> str:
        """An integer."""
        if depth <= 0:
            return self._pick(("i", "j", "i", "j", "f", *INTEGERS))
        below = depth - 1
        choices: Sequence[Callable[[], str]] = (
            lambda: f"({self.integer(below)} {self._pick(ARITHMETIC)} {self.integer(below)})",
            lambda: f"(- {self.integer(below)})",
            lambda: f"(~{self.integer(below)})",
            lambda: f"abs({self.integer(below)})",
            lambda: f"length({self._pick((self.text(below), 'b', 'c'))})",
            lambda: f"instr({self.text(below)}, {self._pick(TEXTS)})",
            lambda: f"coalesce({self.integer(below)}, {self.integer(below)})",
            lambda: f"nullif({self.integer(below)}, {self.integer(below)})",
            lambda: f"{self._pick(('min', 'max'))}({self.integer(below)}, {self.integer(below)})",
            lambda: self._case(self.integer, below),
            lambda: f"iif({self.boolean(below)}, {self.integer(below)}, {self.integer(below)})",
            lambda: f"CAST({self.integer(below)} AS INTEGER)",
            lambda: self.boolean(below),
        )
        return self._pick(choices)()

    def text(self, depth: int) -> str:
        """A text."""
        if depth <= 0:
            return self._pick(("x", "y", "x", "y", "nc", "nx", "rt", "at", "day", "az", *TEXTS))
        below = depth - 1
        choices: Sequence[Callable[[], str]] = (
            lambda: f"({self.text(below)} || {self._pick((self.text, self.integer))(below)})",
            lambda: f"{self._pick(TRIMS)}({self.text(below)})",
            lambda: f"substr({self.text(below)}, {self._pick('123')}{self._pick(('', ', 0', ', 2'))})",
            lambda: f"replace({self.text(below)}, {self._pick(TEXTS[1:])}, {self.text(below)})",
            lambda: f"trim({self.text(below)}, {self._pick(TEXTS)})",
            lambda: f"coalesce({self.text(below)}, {self.text(below)})",
            lambda: f"nullif({self.text(below)}, {self.text(below)})",
            lambda: f"{self._pick(('min', 'max'))}({self.text(below)}, {self.text(below)})",
            lambda: f"CASE {self.text(below)} WHEN {self.text(below)} THEN {self.text(below)} END",
            lambda: self._case(self.text, below),
            lambda: f"hex({self._pick(('b', 'c'))})",
            lambda: f"typeof({self._pick((self.integer, self.text, self.real))(below)})",
            lambda: f"CAST({self._pick((self.integer, self.text))(below)} AS TEXT)",
        )
        return self._pick(choices)()

    def real(self, depth: int) -> str:
        """A real."""
        if depth <= 0:
            return self._pick(("r", "s", "r", "s", *REALS))
        below = depth - 1
        choices: Sequence[Callable[[], str]] = (
            lambda: f"({self.real(below)} {self._pick('+-*/')} {self.real(below)})",
            lambda: f"({self.real(below)} {self._pick('+-*/')} {self.integer(below)})",
            lambda: f"({self.integer(below)} {self._pick('+-*/')} {self.real(below)})",
            lambda: f"abs({self.real(below)})",
            lambda: f"(- {self.real(below)})",
            lambda: f"coalesce({self.real(below)}, {self.real(below)})",
            lambda: f"nullif({self.real(below)}, {self.real(below)})",
            lambda: f"max({self.real(below)}, {self.real(below)})",
            lambda: f"CAST({self.integer(below)} AS REAL)",
        )
        return self._pick(choices)()

    def _compared(self, of_kind: Callable[[int], str], depth: int) -> str:
        return f"({of_kind(depth)} {self._pick(COMPARISONS)} {of_kind(depth)})"

    def _compared_to(self, left: Sequence[str], right: Sequence[str]) -> str:
        return f"({self._pick(left)} {self._pick(COMPARISONS)} {self._pick(right)})"

    def _case(self, of_kind: Callable[[int], str], depth: int) -> str:
        return f"CASE WHEN {self.boolean(depth)} THEN {of_kind(depth)} ELSE {of_kind(depth)} END"

    def _pick(self, choices: Sequence[T]) -> T:
        return self._chance.choice(choices)
