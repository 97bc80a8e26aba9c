"""What the site writes: values at the edges of each kind of field."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import JSONField, Value

from tests.support.django_site.records.models import Record, Tag

FLAGGED_LINK = "https://site.example/only/once"


def moment(*parts: int) -> datetime:
    """A datetime as this site's settings want it, in UTC where it knows its time zone."""
    return datetime(*parts, tzinfo=timezone.utc if settings.USE_TZ else None)  # type: ignore[misc, arg-type]


def number(hexadecimal: str) -> uuid.UUID:
    """A UUID from its first digits."""
    return uuid.UUID(hexadecimal.ljust(32, "0"))


NESTED: dict[str, Any] = {
    "b": [1, 2.5, -0.1, 1e300, 2**60, True, False, None, "", "ž🐎", {"": {"deep": [[], {}]}}],
    "a": {"2": "first", "1": "second"},
    'quo"te': "back\\slash\nline",
}

Values = dict[str, Any]


def first_rows() -> list[Values]:
    """Rows that the site makes before its migration; each sets what its name says."""
    return [
        {"name": "nothing but defaults", "at": moment(2024, 2, 29)},
        {
            "name": "usual",
            "slug": "usual",
            "code": "A-1",
            "kind": Record.Kind.OTHER,
            "text": "Two lines,\r\none tab\t.",
            "email": "Someone@Site.Example",
            "link": FLAGGED_LINK,
            "attached": "files/2024/a b.txt",
            "address": "2001:db8::1",
            "flag": True,
            "answer": True,
            "small": 7,
            "positive": 0,
            "big": 2**62 + 1,
            "ratio": 0.1,
            "amount": Decimal("0.10"),
            "rate": Decimal("0.000001"),
            "day": date(2024, 2, 29),
            "at": moment(2024, 2, 29, 12, 0, 0),
            "seen": moment(2024, 2, 29, 12, 0, 0, 5),
            "clock": time(12, 30),
            "lasting": timedelta(hours=1, microseconds=1),
            "token": number("0123456789ab4def81"),
            "other_token": number("1e5"),
            "data": NESTED,
            "maybe": [],
            "raw": b"\x00\xff\\N'\n",
        },
        {
            "name": "negative",
            "answer": False,
            "small": -1000,
            "big": -(2**63),
            "ratio": -1.5e-300,
            "amount": Decimal("-9999999999.99"),
            "rate": Decimal("-12345678.123457"),
            "day": date(1000, 1, 1),
            "at": moment(1000, 1, 1),
            "seen": moment(1969, 12, 31, 23, 59, 59, 999999),
            "clock": time(0, 0),
            "lasting": timedelta(microseconds=-1),
            "token": number("ffffffff"),
            "data": {"n": -1},
            "maybe": -1,
            "raw": b"",
        },
        {
            "name": "largest",
            "text": "ž🐎" * 40_000,
            "positive": 2**31 - 1,
            "big": 2**63 - 1,
            "ratio": 1.7976931348623157e308,
            "amount": Decimal("9999999999.99"),
            "rate": Decimal("99999999.999999"),
            "day": date(9999, 12, 31),
            "at": moment(9999, 12, 31, 23, 59, 59, 999999),
            "clock": time(23, 59, 59, 999999),
            "lasting": timedelta(days=100_000, microseconds=999_999),
            "data": list(range(300)),
            "maybe": 2**60,
            "raw": bytes(range(256)) * 40,
        },
        {"name": "Case", "text": "Příliš", "at": moment(2024, 3, 1, 0, 0, 0, 1), "amount": Decimal("5.00")},
        {"name": "case", "text": "a\0b", "at": moment(2024, 3, 1, 23, 59, 59), "amount": Decimal("100")},
        {"name": "case ", "text": "100% _ \\ '", "at": moment(2024, 3, 2), "maybe": "text"},
        {"name": "cásé 🐎", "at": moment(2024, 3, 31, 2, 30), "maybe": True, "data": {"k": None}},
        {"name": "null in JSON", "at": moment(2024, 10, 27, 2, 30), "maybe": Value(None, JSONField())},
    ]


def later_rows(suffix: str) -> list[Values]:
    """Rows that are made while the migration runs and after it."""
    return [
        {
            "name": f"later {suffix}",
            "at": moment(2024, 6, 30, 23, 59, 59, 999999),
            "seen": moment(2024, 7, 1),
            "day": date(2024, 6, 30),
            "clock": time(1, 2, 3, 40),
            "lasting": timedelta(days=-2, seconds=1),
            "amount": Decimal("1.10"),
            "rate": Decimal("0.100000"),
            "never": Decimal("0.125"),
            "unseen": moment(2024, 7, 1, 0, 0, 0, 10),
            "data": {"k": {"deep": [suffix]}},
            "maybe": 0.5,
            "answer": False,
            "raw": b"later",
        },
        {"name": f"later {suffix} 🐎", "at": moment(2024, 7, 1), "data": {"k": 1}, "never": Decimal(-7)},
    ]


def made(rows: list[Values]) -> list[Record]:
    """Each of these rows, made by the ORM."""
    return [Record.objects.create(**row) for row in rows]


def tagged(records: list[Record], labels: list[str]) -> None:
    """All of these records get all of these tags."""
    tags = [Tag.objects.get_or_create(label=label)[0] for label in labels]
    for record in records:
        record.tags.add(*tags)


