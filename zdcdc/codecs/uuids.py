"""UUIDs written as 32 hexadecimal digits, in the type that MariaDB has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from zdcdc.codecs.codec import Codec, Form, proof_or_null
from zdcdc.keys import Value

DIGITS = 32
HEX_UUID = "[0-9a-f]{12}(?:[0-7][0-9a-f]{19}|[0-9a-f]{4}[9a-f][0-9a-f]{15})"
"""What the codec keeps, as a regular expression. MariaDB refuses digits that no rule for UUIDs makes: of a
version from 8 up in old variants (seen on 10.11.18)."""


@dataclass(frozen=True, slots=True)
class UuidCodec(Codec):
    """TEXT of 32 digits, letters small, in UUID.

    MariaDB takes the digits as they are, and gives them back with hyphens.
    """

    name: ClassVar[str] = "uuid"
    storage: ClassVar[str] = "UUIDs of 32 small hexadecimal digits"

    @property
    def ordered(self) -> bool:
        # MariaDB compares the last digits of a UUID first (manual, UUID Data Type).
        return False

    def _branches(self, value: str, form: Form) -> list[str]:
        # GLOB sees a text up to its first NUL only, and length() counts up to it; bytes are no measure, as
        # there are twice as many in UTF-16.
        fits = (
            f"length({value}) = {DIGITS} AND {value} NOT GLOB '*[^0-9a-f]*' "
            f"AND instr({value}, char(0)) = 0 "
            f"AND (substr({value}, 13, 1) < '8' OR substr({value}, 17, 1) >= '9')"
        )
        kept = f"CASE WHEN {fits} THEN {form.value.plain.format(value)} END"
        return [f"WHEN typeof({value}) = 'text' THEN {kept}"]

    def mysql_proof(self, value: str) -> str:
        return proof_or_null(value, f"CAST(REPLACE(CAST({value} AS CHAR), '-', '') AS BINARY)")

    def decode(self, value: Any) -> Value:
        return None if value is None else str(value).replace("-", "")
