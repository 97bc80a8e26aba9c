"""Defaults of columns: what SQLite would write, in the type and the text form of the column in MySQL."""

from __future__ import annotations

from sqlglot import exp

from zdcdc.codecs.moments import MomentCodec
from zdcdc.codecs.numbers import BooleanCodec, DecimalCodec, IntegerCodec, NumberCodec, RealCodec
from zdcdc.codecs.texts import BlobCodec, PrintableCodec, TemporalCodec, TextCodec
from zdcdc.mapping import UNSIZED, Capabilities, ColumnMapping
from zdcdc.schema import Affinity, Column
from zdcdc.temporal import FORMS
from zdcdc.temporal import Kind as TemporalKind
from zdcdc.translate.arithmetic import ARITHMETIC
from zdcdc.translate.clock import CLOCK, CLOCK_NODES
from zdcdc.translate.constants import stored_default
from zdcdc.translate.functions import FUNCTIONS
from zdcdc.translate.leaves import LEAVES
from zdcdc.translate.literals import text_literal
from zdcdc.translate.moments import counted, typed_now
from zdcdc.translate.operands import Kind, Operand, RefusedError, Translated, Untranslated
from zdcdc.translate.reading import expression_of
from zdcdc.translate.strings import STRINGS
from zdcdc.translate.translator import Translator
from zdcdc.translate.values import Value, printed

_NUL = b"\xfe"

MOMENT_FORMS = tuple(form for form in FORMS if form.kind is not TemporalKind.TIME)
"""How a text may be written that is kept as a moment."""

DEFAULT_FUNCTIONS = {
    **{name: FUNCTIONS[name] for name in ("abs", "hex", "lower", "substr", "substring", "upper")},
    **CLOCK,
}
"""Those whose translation takes each argument once, so that a random one stays one value."""

DEFAULT_NODES = {
    **LEAVES,
    **ARITHMETIC,
    **CLOCK_NODES,
    exp.DPipe: STRINGS[exp.DPipe],
    exp.Cast: STRINGS[exp.Cast],
}


class _NoColumns:
    def find(self, name: str, table: str) -> tuple[str, Operand] | None:
        return None


def default(
    sql: str, column: Column, mapping: ColumnMapping, server: Capabilities
) -> Translated | Untranslated:
    """The default ``sql`` of ``column`` (as PRAGMA table_info gives it) for the column ``mapping`` of MySQL.

    What follows DEFAULT is ``sql`` of the result, with parentheses where the type or an expression needs
    them; ``NULL`` where SQLite writes NULL.
    """
    try:
        field = stored_default(sql, column.affinity, mapping.codec)
        if field is not None:
            return _constant(field, mapping)
        translator = Translator(_NoColumns(), server, DEFAULT_NODES, DEFAULT_FUNCTIONS)
        value = translator.plain(expression_of(sql))
        return Translated(f"({_typed(value, column, mapping, translator)})", value.kind)
    except RefusedError as refused:
        return Untranslated(sql, str(refused))


def _constant(field: object, mapping: ColumnMapping) -> Translated:
    codec = mapping.codec
    if field == _NUL:
        return Translated("NULL", Kind.NULL)
    if isinstance(codec, IntegerCodec | RealCodec | NumberCodec | DecimalCodec):
        return Translated(str(field), Kind.INTEGER if isinstance(codec, IntegerCodec) else Kind.NUMBER)
    if isinstance(codec, BlobCodec):
        literal, kind = f"x'{field}'", Kind.BLOB
    else:
        literal, kind = text_literal(str(field)), Kind.TEXT
    simple = literal[0] in "'x" and mapping.type not in UNSIZED
    return Translated(literal if simple else f"({literal})", kind)


def _typed(value: Value, column: Column, mapping: ColumnMapping, translator: Translator) -> str:
    """``value`` as an expression for the type of the column, after what its affinity makes of it."""
    codec = mapping.codec
    if isinstance(codec, BooleanCodec):
        raise RefusedError(f"no expression is known to be one of {codec.storage}")
    if isinstance(codec, BlobCodec):
        return _of_kind(value, Kind.BLOB).sql
    value = _stored(value, column.affinity)
    if isinstance(codec, TemporalCodec | MomentCodec):
        if value.moment is None:
            raise RefusedError("what is not known to be a date or time")
        forms = (codec.form,) if isinstance(codec, TemporalCodec) else MOMENT_FORMS
        return typed_now(value.moment, forms)
    if isinstance(codec, IntegerCodec):
        return _of_kind(value, Kind.INTEGER).sql
    if isinstance(codec, RealCodec):
        return _of_kind(value, Kind.REAL).sql
    if isinstance(codec, NumberCodec | DecimalCodec):
        if "random" in translator.called:
            raise RefusedError("a random number of 64 bits")
        return _of_kind(value, Kind.INTEGER).sql
    if isinstance(codec, PrintableCodec) and not (value.ascii and value.without_nul):
        raise RefusedError("text that may not be printable ASCII")
    if isinstance(codec, TextCodec):
        return _of_kind(value, Kind.TEXT).sql
    raise RefusedError(f"no expression is known to be one of {codec.storage}")


def _of_kind(value: Value, kind: Kind) -> Value:
    if value.kind is not kind:
        raise RefusedError(f"a {value.kind.value} in a column that holds {kind.value}")
    return value


def _stored(value: Value, affinity: Affinity) -> Value:
    """What a column with ``affinity`` makes of ``value``."""
    if affinity is Affinity.BLOB:
        return value
    if affinity is Affinity.TEXT:
        return printed(value) if value.kind is Kind.INTEGER else value
    if value.kind is Kind.TEXT:
        if value.moment is None:
            raise RefusedError("text that may look like a number")
        value = counted(value)
    if affinity is Affinity.REAL and value.kind is Kind.INTEGER:
        return Value(f"CAST({value.sql} AS DOUBLE)", Kind.REAL)
    if affinity is not Affinity.REAL and value.kind is Kind.REAL:
        raise RefusedError("a real, of which the column makes an integer where it is whole")
    return value
