"""The values of SQLite, and the keys that are made of them. No I/O here."""

from __future__ import annotations

import base64
from typing import Any

Value = int | float | str | bytes | None
"""A SQLite value; its Python type is its storage class."""

Key = tuple[Value, ...]
"""The values that identify one row of a table, in key order; never holds None in a copied table."""


def key_to_json(key: Key) -> list[Any]:
    """``key`` as JSON values that give back the same storage classes."""

    def one(value: Value) -> Any:
        if isinstance(value, bytes):
            return {"blob": base64.b64encode(value).decode()}
        if isinstance(value, float):
            return {"real": value.hex()}
        return value

    return [one(value) for value in key]


def key_from_json(data: list[Any]) -> Key:
    """The inverse of :func:`key_to_json`."""

    def one(value: Any) -> Value:
        if isinstance(value, dict):
            if "blob" in value:
                return base64.b64decode(value["blob"])
            return float.fromhex(value["real"])
        if value is None or isinstance(value, int | str):
            return value
        raise ValueError(f"not a key value: {value!r}")

    return tuple(one(value) for value in data)
