"""Values as SQLite distinguishes them: the storage class is part of the value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeAlias

Value: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = tuple[Value, ...]

SHOWN_CHARACTERS = 60


def identity(value: Value) -> tuple[str, bytes]:
    """Storage class and exact content: two values are the same if and only if these are equal.

    A double is told by its bits (so -0.0 is not 0.0), a text by its UTF-8 bytes; bytes that were not valid
    UTF-8 are expected as surrogate escapes.
    """
    if value is None:
        return "null", b""
    if isinstance(value, bool):
        raise TypeError("a bool is no storage class of SQLite")
    if isinstance(value, int):
        return "integer", b"%d" % value
    if isinstance(value, float):
        return "real", value.hex().encode()
    if isinstance(value, str):
        return "text", value.encode("utf-8", "surrogateescape")
    return "blob", value


def digest(values: Iterable[Value]) -> bytes:
    """16 bytes that stand for a row; lengths are hashed too, so that no two rows run into each other."""
    state = hashlib.blake2b(digest_size=16)
    for value in values:
        storage_class, content = identity(value)
        state.update(b"%s %d " % (storage_class.encode(), len(content)))
        state.update(content)
    return state.digest()


def shown(value: Value) -> str:
    """The value for a person: storage class first, long ones cut, doubles with their bits."""
    storage_class, _ = identity(value)
    text = repr(value)
    if len(text) > SHOWN_CHARACTERS:
        text = f"{text[:SHOWN_CHARACTERS]}… ({len(text)} characters)"
    if isinstance(value, float):
        text = f"{text} [{value.hex()}]"
    return f"{storage_class} {text}"
