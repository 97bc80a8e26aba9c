"""Values as literals of MySQL, whatever its sql_mode and the character set of the client.

MariaDB keeps the expressions of a table as text and writes ``_utf8mb4 x'c3a9'`` into it as ``'xC3xA9'``, so
that introducers are not used.
"""

from __future__ import annotations

LARGEST_INTEGER = 2**63 - 1


def text_literal(value: str) -> str:
    """``value`` as a text of utf8mb4: readable where nothing in it depends on a setting.

    MySQL keeps a quote inside of an expression as ``\\'``, which a session with NO_BACKSLASH_ESCAPES cannot
    read again.
    """
    if value.isprintable() and not set(value) & {"\\", "'"}:
        return f"'{value}'"
    return f"CONVERT(x'{value.encode().hex()}' USING utf8mb4)"


def blob_literal(value: bytes) -> str:
    """``value`` as a binary string."""
    return f"x'{value.hex()}'"


def real_literal(value: float) -> str:
    """``value``, which is finite, as a DOUBLE: without an exponent it would be a DECIMAL."""
    text = repr(value)
    return text if "e" in text else f"{text}e0"
