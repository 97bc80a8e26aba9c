"""The type and codec that a person asked for: which go together, and what each means alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zdcdc import codecs
from zdcdc.choose.choice import Choice, Place, Refused
from zdcdc.codecs.codec import Codec
from zdcdc.errors import UsageError
from zdcdc.facts import ColumnFacts
from zdcdc.mapping import UNSIZED, Capabilities
from zdcdc.schema import Affinity, Column
from zdcdc.temporal import BY_NAME, Kind, preferred
from zdcdc.wishes import ColumnWish, OnMismatch

_TYPE = re.compile(r"([A-Z]+)(?:\((\d+)(?:,(\d+))?\))?")
_TEXTS = ("text", "printable", "mixed", "tagged")
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "BIGINT": ("integer",),
    "TINYINT": ("boolean",),
    "DOUBLE": ("real", "number"),
    "DECIMAL": ("decimal",),
    "VARCHAR": _TEXTS,
    "LONGTEXT": _TEXTS,
    "JSON": ("json",),
    "VARBINARY": ("blob",),
    "LONGBLOB": ("blob",),
    "DATE": ("date",),
    "DATETIME": ("datetime", "moment"),
    "TIME": ("time",),
    "UUID": ("uuid",),
}
"""The codecs that can fill a type."""

TYPES = tuple(_BY_TYPE)
"""What may be asked for."""

_USUAL = {
    "integer": "BIGINT",
    "boolean": "TINYINT(1)",
    "real": "DOUBLE",
    "number": "DOUBLE",
    "text": "LONGTEXT",
    "printable": "LONGTEXT",
    "mixed": "LONGTEXT",
    "tagged": "LONGTEXT",
    "json": "JSON",
    "blob": "LONGBLOB",
    "date": "DATE",
    "datetime": "DATETIME(6)",
    "moment": "DATETIME(6)",
    "time": "TIME(6)",
    "uuid": "UUID",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A type in parts: its name, and the numbers in its parentheses."""

    name: str
    first: int | None
    second: int | None

    @property
    def text(self) -> str:
        """The type as it is written in MySQL."""
        if self.first is None:
            return self.name
        scale = self.second if self.name != "DECIMAL" else self.second or 0
        return f"{self.name}({self.first})" if scale is None else f"{self.name}({self.first},{scale})"


def wished(
    wish: ColumnWish, where: str, column: Column, facts: ColumnFacts, capabilities: Capabilities, place: Place
) -> Choice | Refused:
    """What ``wish`` means for ``column``; whether the data fits it is for others to find out. Refused where a
    key does not take the type.

    ``where`` names the column for a person. Raises UsageError for a wish that means nothing.
    """
    name, _, argument = (wish.codec or "").partition(":")
    if name and name not in codecs.CODECS:
        raise _misfit(where, f"there is no codec {name!r}", f"there are {', '.join(sorted(codecs.CODECS))}")
    asked = _parsed(wish.type, where) if wish.type else None
    if asked is not None and name and name not in _BY_TYPE[asked.name]:
        fitting = " or ".join(_BY_TYPE[asked.name])
        raise _misfit(where, f"codec {name} does not fill {wish.type}", f"{asked.name} takes {fitting}")
    if not name:
        assert asked is not None
        name = _codec_for(asked, column, facts)
    if not argument:
        argument = _argument(name, asked, column, facts)
    elif name == "decimal" and column.affinity is Affinity.REAL:
        argument = f"{argument.removesuffix(',real')},real"
    limit = _limit(asked, name, place)
    try:
        codec = codecs.codec(name, limit, argument)
    except ValueError as error:
        raise _misfit(where, str(error), 'such as codec = "decimal:10,2"') from error
    kind = _type(asked, codec)
    if kind == "UUID" and not place.uuids:
        raise _misfit(where, "this server has no type UUID", "leave it text; MariaDB has one from 10.7 on")
    if asked is not None and asked.first is not None and kind != asked.text:
        raise _misfit(where, f"{asked.text} with codec {name} would be {kind}", f'write type = "{kind}"')
    if kind == "JSON" and capabilities.mariadb:
        # MariaDB's JSON is a name for LONGTEXT, which keeps the text as it is.
        kind, codec = "LONGTEXT", codecs.codec("text", None)
    needed = _needed(kind, codec, place)
    if needed is not None:
        return Refused(f"{kind} is asked for in zdcdc.toml, which its key does not take", hint=needed)
    return Choice(kind, codec, "as asked for in zdcdc.toml", wish.on_mismatch or OnMismatch.HOLD)


def _parsed(text: str, where: str) -> _Asked:
    found = _TYPE.fullmatch(text.upper().replace(" ", ""))
    if found is None or found[1] not in _BY_TYPE:
        raise _misfit(where, f"there is no type {text!r} here", f"there are {', '.join(_BY_TYPE)}")
    asked = _Asked(found[1], *(int(number) if number else None for number in (found[2], found[3])))
    if asked.name in ("VARCHAR", "VARBINARY") and not asked.first:
        raise _misfit(where, f"{asked.name} needs a length", f"such as {asked.name}(255)")
    return asked


def _codec_for(asked: _Asked, column: Column, facts: ColumnFacts) -> str:
    fitting = _BY_TYPE[asked.name]
    if fitting == _TEXTS:
        return "mixed" if facts.values - {"text"} else "text"
    if asked.name == "DOUBLE":
        whole = "integer" in facts.values or column.affinity in (Affinity.NUMERIC, Affinity.INTEGER)
        return "number" if whole else "real"
    return fitting[0]


def _argument(name: str, asked: _Asked | None, column: Column, facts: ColumnFacts) -> str:
    if name == "decimal":
        always = ",real" if column.affinity is Affinity.REAL else ""
        if asked is not None and asked.first is not None:
            return f"{asked.first},{asked.second or 0}{always}"
        return f"{19 + max(facts.decimals, 2)},{max(facts.decimals, 2)}{always}"
    kinds = {"date": Kind.DATE, "datetime": Kind.DATETIME, "time": Kind.TIME}
    if name not in kinds:
        return ""
    forms = [form for form in facts.shapes or () if form in BY_NAME and BY_NAME[form].kind is kinds[name]]
    form = preferred(forms)
    if form is not None:
        return form.name
    usual = {"date": "YYYY-MM-DD", "time": "HH:MM:SS[.ffffff]"}
    return usual.get(name, "YYYY-MM-DD HH:MM:SS[.ffffff]")


def _limit(asked: _Asked | None, name: str, place: Place) -> int | None:
    if asked is not None and asked.name in ("VARCHAR", "VARBINARY"):
        return asked.first
    if asked is None and place.key_bytes is not None and name in (*_TEXTS, "blob"):
        return place.key_bytes if name == "blob" else place.key_bytes // 4
    return None


def _needed(kind: str, codec: Codec, place: Place) -> str | None:
    """What a key needs instead; None where it takes this, if only by prefix."""
    if place.key_bytes is None:
        return None
    if kind == "JSON":
        return "no index takes JSON: leave it text, or drop the index"
    if codec.name == "moment" and place.unique:
        return "two spellings of one moment would be one key: leave it text"
    if not place.whole:
        return None
    most = place.key_bytes if codec.name == "blob" else place.key_bytes // 4
    if kind in UNSIZED or (codec.limit or 0) > most:
        return f"the key has room for {'VARBINARY' if codec.name == 'blob' else 'VARCHAR'}({most})"
    return None


def _type(asked: _Asked | None, codec: Codec) -> str:
    if codec.name == "decimal":
        precision, scale = codec.argument.split(",")[:2]
        return f"DECIMAL({precision},{scale})"
    if codec.limit is not None:
        return f"{'VARBINARY' if codec.name == 'blob' else 'VARCHAR'}({codec.limit})"
    if asked is not None and asked.name in ("LONGTEXT", "LONGBLOB"):
        return asked.name
    return _USUAL[codec.name]


def _misfit(where: str, what: str, hint: str) -> UsageError:
    return UsageError(f"zdcdc.toml, {where}: {what}", hint=hint)
