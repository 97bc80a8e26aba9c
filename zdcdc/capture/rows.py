"""The SELECTs that read rows already encoded: one text per row, made inside SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zdcdc.capture.lines import FIELD_MARK_SQL
from zdcdc.capture.triggers import journal_columns
from zdcdc.codecs.chains import added, concatenated
from zdcdc.codecs.codec import RAW_FORMS, Form
from zdcdc.codecs.numbers import RealCodec
from zdcdc.codecs.texts import TemporalCodec
from zdcdc.errors import ValueRefusedError
from zdcdc.keys import Key, Value
from zdcdc.mapping import ColumnMapping, TableMapping
from zdcdc.names import mysql_name, sqlite_name, string_literal

RANGE_ROWS = 200_000
"""A bound that also makes SQLite walk the key's index instead of sorting the table."""

COMMA = "','"

MOST_APART = 400
"""Each takes two columns of the result, of which SQLite has 2,000 (SQLITE_MAX_COLUMN)."""


def line_pieces(columns: Sequence[ColumnMapping], form: Form, qualifier: str) -> tuple[str, ...]:
    """SQLite expressions whose values make one line: text and values apart in turns, text first and last.

    In RAW forms doubles, dates and times are read as they are and written by :mod:`zdcdc.capture.lines`,
    many at a time: what SQLite would have to do for each costs as much as all the rest of a row. In the
    other forms there is one piece; so there is for a table of very many such columns. A text is NULL when
    any of its values is refused by its codec.
    """
    if form not in RAW_FORMS:
        return (_joined(columns, form, qualifier, "char(9)"),)
    apart = set(apart_columns(columns, form))
    pieces: list[str] = []
    text: list[str] = []
    for place, column in enumerate(columns):
        if place:
            text.append(FIELD_MARK_SQL)
        value = f"{qualifier}.{sqlite_name(column.source)}"
        if column in apart:
            pieces += [_text(text), value]
            text = []
        else:
            text.append(column.codec.expression(value, form))
    return (*pieces, _text(text))


def apart_columns(columns: Sequence[ColumnMapping], form: Form) -> tuple[ColumnMapping, ...]:
    """The columns whose values stand apart in the pieces of a line, in order."""
    if form not in RAW_FORMS:
        return ()
    apart = tuple(column for column in columns if isinstance(column.codec, RealCodec | TemporalCodec))
    return apart if len(apart) <= MOST_APART else ()


def _text(parts: list[str]) -> str:
    return concatenated(["''", *parts])


def tuple_expression(columns: Sequence[ColumnMapping], qualifier: str) -> str:
    """SQLite expression for a row as a tuple of a VALUES list; NULL when any value is refused."""
    # One chain: each || of a chain within another would hold one more copy of a large value.
    parts = ["'('", *_separated(columns, Form.LITERAL, qualifier, COMMA), "')'"]
    return f"({concatenated(parts)})"


def _joined(columns: Sequence[ColumnMapping], form: Form, qualifier: str, separator: str) -> str:
    return f"({_text(_separated(columns, form, qualifier, separator))})"


def _separated(columns: Sequence[ColumnMapping], form: Form, qualifier: str, separator: str) -> list[str]:
    parts: list[str] = []
    for column in columns:
        if parts:
            parts.append(separator)
        parts.append(column.codec.expression(f"{qualifier}.{sqlite_name(column.source)}", form))
    return parts


def key_predicate(columns: Sequence[ColumnMapping], qualifier: str) -> str:
    """SQLite expression for the text by which MySQL finds one key: a literal for an IN list when the key
    is one column, else ``(`a` = 1 AND `b` = 2)``. MariaDB scans the table for ``(a, b) IN ((1, 2))``."""
    values = [c.codec.expression(f"{qualifier}.{sqlite_name(c.source)}", Form.LITERAL) for c in columns]
    if len(values) == 1:
        return f"('' || {values[0]})"
    parts: list[str] = []
    for number, (column, value) in enumerate(zip(columns, values, strict=True)):
        head = f"{' AND ' if number else '('}{mysql_name(column.name)} = "
        parts += [string_literal(head), value]
    return concatenated([*parts, "')'"])


def key_list(mapping: TableMapping, qualifier: str) -> str:
    """The key's columns, separated by commas."""
    return ", ".join(f"{qualifier}.{sqlite_name(name)}" for name in mapping.key)


@dataclass(frozen=True, slots=True)
class TableQueries:
    """The SELECTs of one table. Row values are compared with the key's own collations (trap 133)."""

    mapping: TableMapping

    @property
    def _table(self) -> str:
        return f"{sqlite_name(self.mapping.source)} AS t"

    def range(self, form: Form, *, after: bool) -> str:
        """Rows in key order, each as its pieces, its number of NULLs and its key; parameters: the key
        ``after`` if any."""
        keys = key_list(self.mapping, "t")
        where = f"WHERE ({keys}) > ({_marks(self.mapping)})" if after else ""
        return (
            f"SELECT {', '.join(self.pieces(form))}, {self._nulls(form)}, {keys} FROM {self._table} {where} "
            f"ORDER BY {keys} LIMIT {RANGE_ROWS}"
        )

    def pieces(self, form: Form) -> tuple[str, ...]:
        """A row in pieces; see :func:`line_pieces`."""
        if form is Form.LITERAL:
            return (self._tuple(),)
        pieces = line_pieces(self.columns(form), form, "t")
        return pieces if form.proof else (*pieces[:-1], self._guarded(pieces[-1]))

    def _tuple(self) -> str:
        return self._guarded(tuple_expression(self.mapping.written, "t"))

    def _guarded(self, text: str) -> str:
        """``text``, and NULL where the codec of a column that MySQL computes refuses what SQLite computed:
        the server would compute something else, or refuse the row."""
        guards = [
            f"substr({column.codec.expression(f't.{sqlite_name(column.source)}', Form.LITERAL)}, 1, 0)"
            for column in self.mapping.columns
            if column.computed is not None
        ]
        return f"({concatenated([text, *guards])})" if guards else text

    def columns(self, form: Form) -> tuple[ColumnMapping, ...]:
        """What a row consists of: what MySQL computes itself is compared and never written."""
        return self.mapping.columns if form.proof else self.mapping.written

    def _nulls(self, form: Form) -> str:
        nullable = [c.source for c in self.columns(form) if not c.not_null]
        return added([f"(t.{sqlite_name(name)} IS NULL)" for name in nullable])

    def changed_keys(self, *, up_to: bool) -> str:
        """Distinct keys journaled in (first, last], as MySQL predicates (see :func:`key_predicate`);
        parameters: first, last, table id, and the copy cursor when only keys ``up_to`` it are wanted."""
        key = key_predicate(self._journal_key(), "j")
        return f"SELECT {key} FROM ({self._changed()}) AS j {self._up_to(up_to)}"

    def changed_rows(self, *, up_to: bool) -> str:
        """Their present rows, each as key predicate and row tuple; the same parameters.

        A folded key may be journaled in two spellings, both of which find the row: hence DISTINCT.
        """
        distinct = "DISTINCT" if self.mapping.folded_key else ""
        key = key_predicate(self.mapping.key_columns, "t")
        row = self._tuple()
        match = " AND ".join(
            f"t.{sqlite_name(name)} = j.{column}"
            for name, column in zip(self.mapping.key, self._journal_names, strict=True)
        )
        return (
            f"SELECT {distinct} {key}, {row} FROM ({self._changed()}) AS j "
            f"CROSS JOIN {self._table} ON {match} {self._up_to(up_to)}"
        )

    def by_key(self, form: Form) -> str:
        """The row with exactly one key, byte for byte, and its NULLs; parameters: the key, twice.

        The first comparison uses the key's index, the second tells spellings of a folded key apart.
        """
        names = [f"t.{sqlite_name(name)}" for name in self.mapping.key]
        terms = [f"{name} = ?" for name in names] + [f"{name} = ? COLLATE BINARY" for name in names]
        pieces = ", ".join(self.pieces(form))
        return f"SELECT {pieces}, {self._nulls(form)} FROM {self._table} WHERE {' AND '.join(terms)}"

    def pending(self) -> str:
        """Whether a key is journaled after a sequence; parameters: sequence, table id, key."""
        match = " AND ".join(f"{column} IS ?" for column in self._journal_names)
        return f"SELECT 1 FROM _zdcdc_journal WHERE seq > ? AND tbl = ? AND {match} LIMIT 1"

    def count(self) -> str:
        """Number of rows, exact."""
        return f"SELECT count(*) FROM {self._table}"

    @property
    def _journal_names(self) -> tuple[str, ...]:
        return journal_columns(len(self.mapping.key))

    def _journal_key(self) -> list[ColumnMapping]:
        return [
            ColumnMapping(journal, column.name, column.type, column.codec, True, "")
            for journal, column in zip(self._journal_names, self.mapping.key_columns, strict=True)
        ]

    def _changed(self) -> str:
        names = ", ".join(self._journal_names)
        return f"SELECT DISTINCT {names} FROM _zdcdc_journal WHERE seq > ? AND seq <= ? AND tbl = ?"

    def _up_to(self, wanted: bool) -> str:
        if not wanted:
            return ""
        # The journal's columns have no collation of their own: the table's is named, or 'B' <= 'a' would
        # be decided differently here than in the order of the copy.
        keys = ", ".join(
            f"j.{column} COLLATE {sqlite_name(self.mapping.collation_of(name))}"
            for name, column in zip(self.mapping.key, self._journal_names, strict=True)
        )
        return f"WHERE ({keys}) <= ({_marks(self.mapping)})"


def _marks(mapping: TableMapping) -> str:
    return ", ".join("?" * len(mapping.key))


def key_from_sqlite(values: Sequence[object], table: str) -> Key:
    """A key of ``table`` as SQLite returned it: TEXT comes as bytes (see :class:`zdcdc.sqlite.Text`
    and :mod:`zdcdc.capture.blocks`)."""
    try:
        return tuple(_plain(value, "strict") for value in values)
    except UnicodeDecodeError as error:
        raise ValueRefusedError(
            f"table {table}: a key holds text that is not UTF-8",
            consequence="nothing was applied after it",
            hint="correct the key, or exclude the table (--exclude)",
        ) from error


def journaled_key(values: Sequence[object]) -> Key:
    """A key as the journal holds it, to be compared and stored only: it need not be UTF-8."""
    return tuple(_plain(value, "surrogateescape") for value in values)


def _plain(value: object, errors: str) -> Value:
    if type(value) is bytes or value is None or isinstance(value, int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return value.decode(errors=errors)
    raise TypeError(f"not a SQLite value: {type(value).__name__}")
