"""Generated columns that MySQL can compute itself, and the twins of unique keys that fold text."""

from __future__ import annotations

from collections.abc import Mapping

from zdcdc.codecs.numbers import BooleanCodec, DecimalCodec, IntegerCodec, NumberCodec, RealCodec
from zdcdc.codecs.texts import BlobCodec, TextCodec
from zdcdc.mapping import Capabilities, ColumnMapping
from zdcdc.schema import Affinity, Column
from zdcdc.translate.expressions import NODES, TableScope
from zdcdc.translate.functions import FUNCTIONS
from zdcdc.translate.operands import Kind, Operand, RefusedError, Translated, Untranslated
from zdcdc.translate.reading import expression_of
from zdcdc.translate.translator import Translator
from zdcdc.translate.values import Value, as_text, normalised, printed

_NUMBERS = (Affinity.INTEGER, Affinity.REAL, Affinity.NUMERIC)


def computed(
    expression: str,
    column: Column,
    mapping: ColumnMapping,
    columns: Mapping[str, Operand],
    server: Capabilities,
) -> Translated | Untranslated:
    """The ``expression`` of the generated ``column`` for the column ``mapping`` of MySQL: what it computes is
    what the codec would have written.

    With ``may_overflow`` the column has to be STORED on MariaDB.
    """
    translator = Translator(TableScope(columns), server, NODES, FUNCTIONS)
    try:
        value = _stored(translator.plain(expression_of(expression)), column.affinity, translator.collation)
        _require_kept(value, mapping)
    except RefusedError as refused:
        return Untranslated(expression, str(refused))
    return translator.finished(value)


def twin(operand: Operand, collation: str, server: Capabilities) -> str:
    """MySQL expression for an invisible column whose UNIQUE tells texts apart as SQLite's ``collation``
    (NOCASE or RTRIM) does. Its own collation has to be the server's binary one. Raises RefusedError for a
    collation of the application, and for what is no text."""
    value = Value(operand.sql, operand.kind, settled=operand.settled, form=operand.form)
    return normalised(as_text(value, server.collation).sql, collation)


def _stored(value: Value, affinity: Affinity, collation: str) -> Value:
    """``value`` as SQLite stores it in a column with ``affinity``. Raises RefusedError."""
    if value.kind is Kind.TEMPORAL:
        value = as_text(value, collation)
    if value.is_null or value.kind is Kind.BLOB or affinity is Affinity.BLOB:
        return value
    if affinity is Affinity.TEXT:
        return printed(value)
    if value.kind is Kind.TEXT:
        raise RefusedError("text in a column with numeric affinity")
    if affinity is Affinity.REAL and value.kind is Kind.INTEGER:
        return Value(f"CAST({value.sql} AS DOUBLE)", Kind.REAL)
    if affinity in _NUMBERS and affinity is not Affinity.REAL and value.kind is Kind.REAL:
        return Value(value.sql, Kind.NUMBER, atomic=value.atomic)
    return value


def _require_kept(value: Value, mapping: ColumnMapping) -> None:
    """Raises RefusedError unless ``value`` is of what the codec keeps, in the type that it keeps it in."""
    codec = mapping.codec
    kept: tuple[Kind, ...] = (Kind.NULL,)
    if isinstance(codec, BooleanCodec):
        kept = (Kind.NULL, Kind.INTEGER) if value.logical else kept
    elif isinstance(codec, IntegerCodec):
        kept = (Kind.NULL, Kind.INTEGER)
    elif isinstance(codec, RealCodec):
        kept = (Kind.NULL, Kind.REAL)
    elif isinstance(codec, NumberCodec):
        kept = (Kind.NULL, Kind.NUMBER, Kind.DECIMAL)  # a DECIMAL stands for the double nearest to it
    elif isinstance(codec, DecimalCodec):
        kept = (Kind.NULL, Kind.DECIMAL)
    elif isinstance(codec, TextCodec):
        kept = (Kind.NULL, Kind.TEXT)
    elif isinstance(codec, BlobCodec):
        kept = (Kind.NULL, Kind.BLOB)
    if value.kind not in kept:
        raise RefusedError(f"a {value.kind.value} in a column that holds {codec.storage}")
