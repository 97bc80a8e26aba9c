"""Every codec in the types of MySQL that it fills, for tests that go over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zdcdc.codecs import CODECS
from zdcdc.codecs.codec import Codec
from zdcdc.codecs.mixed import MixedCodec, TaggedCodec
from zdcdc.codecs.moments import MomentCodec
from zdcdc.codecs.numbers import BooleanCodec, DecimalCodec, IntegerCodec, NumberCodec, RealCodec
from zdcdc.codecs.texts import BlobCodec, JsonCodec, PrintableCodec, TemporalCodec, TextCodec, temporal_codec
from zdcdc.codecs.uuids import UuidCodec
from zdcdc.temporal import FORMS

Kinds = Sequence[tuple[Codec, str]]


def _moments(name: str) -> Kinds:
    found: list[tuple[TemporalCodec, str]] = [(temporal_codec(form), form.kind.value) for form in FORMS]
    return [(codec, type_) for codec, type_ in found if codec.name == name]


KINDS: Mapping[str, Kinds] = {
    "integer": [(IntegerCodec(), "BIGINT")],
    "boolean": [(BooleanCodec(), "TINYINT(1)")],
    "real": [(RealCodec(), "DOUBLE")],
    "number": [(NumberCodec(), "DOUBLE")],
    "decimal": [
        (DecimalCodec(None, precision, scale, real), f"DECIMAL({precision},{scale})")
        for precision, scale, real in (
            (10, 2, False),
            (65, 30, False),
            (5, 5, False),
            (19, 0, False),
            (9, 3, True),
            (65, 30, True),
        )
    ],
    "text": [(TextCodec(), "LONGTEXT"), (TextCodec(5), "VARCHAR(5)"), (TextCodec(255), "VARCHAR(255)")],
    "printable": [(PrintableCodec(), "LONGTEXT"), (PrintableCodec(6), "VARCHAR(6)")],
    "blob": [(BlobCodec(), "LONGBLOB"), (BlobCodec(3), "VARBINARY(3)")],
    "date": _moments("date"),
    "datetime": _moments("datetime"),
    "time": _moments("time"),
    "moment": [(MomentCodec(), "DATETIME(6)")],
    "uuid": [(UuidCodec(), "UUID")],
    "json": [(JsonCodec(), "JSON")],
    "mixed": [(MixedCodec(), "LONGTEXT"), (MixedCodec(8), "VARCHAR(8)"), (MixedCodec(255), "VARCHAR(255)")],
    "tagged": [
        (TaggedCodec(), "LONGTEXT"),
        (TaggedCodec(9), "VARCHAR(9)"),
        (TaggedCodec(255), "VARCHAR(255)"),
    ],
}
"""By the codec's name."""

ALL = [kind for kinds in KINDS.values() for kind in kinds]

assert KINDS.keys() == CODECS.keys()
