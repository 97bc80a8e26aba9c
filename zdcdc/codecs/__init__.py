"""How the values of one column are written in MySQL, and back: exact inverses, pure text."""

from __future__ import annotations

from zdcdc.codecs.codec import Codec
from zdcdc.codecs.mixed import MixedCodec, TaggedCodec
from zdcdc.codecs.moments import MomentCodec
from zdcdc.codecs.numbers import BooleanCodec, DecimalCodec, IntegerCodec, NumberCodec, RealCodec
from zdcdc.codecs.texts import (
    BlobCodec,
    DateCodec,
    DateTimeCodec,
    JsonCodec,
    PrintableCodec,
    TemporalCodec,
    TextCodec,
    TimeCodec,
    form_called,
)
from zdcdc.codecs.uuids import UuidCodec

CODECS: dict[str, type[Codec]] = {
    kind.name: kind
    for kind in (
        IntegerCodec,
        BooleanCodec,
        RealCodec,
        NumberCodec,
        DecimalCodec,
        TextCodec,
        PrintableCodec,
        BlobCodec,
        DateCodec,
        DateTimeCodec,
        TimeCodec,
        MomentCodec,
        JsonCodec,
        MixedCodec,
        TaggedCodec,
        UuidCodec,
    )
}


def codec(name: str, limit: int | None, argument: str = "") -> Codec:
    """The codec stored under ``name``.

    Raises KeyError for one that this version does not know, ValueError for an argument that it does not take.
    """
    kind = CODECS[name]
    if kind is DecimalCodec:
        return DecimalCodec.of(argument)
    if issubclass(kind, TemporalCodec):
        return kind(None, form_called(argument, kind))
    return kind(limit)
