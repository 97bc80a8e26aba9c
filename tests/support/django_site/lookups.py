"""Questions to the ORM, each beside what the answer is in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, F, Max, Min, Sum
from django.db.models.functions import TruncMonth

from tests.support.django_site.records.models import Record
from tests.support.django_site.rows import moment, number

Answer = Callable[[Any], bool]


def has(name: str, fits: Callable[[Any], bool]) -> Answer:
    """Whether a field has a value, and one that fits: NULL answers no question."""
    return lambda record: getattr(record, name) is not None and fits(getattr(record, name))


def equals(name: str, value: Any) -> Answer:
    """Whether a field has this value."""
    return has(name, lambda found: bool(found == value))


def questions() -> Iterator[tuple[dict[str, Any], Answer]]:
    """Arguments of ``filter`` and the same in Python."""
    noon = moment(2024, 2, 29, 12)
    spring = (moment(2024, 2, 29), moment(2024, 3, 1, 23, 59, 59))
    yield {"at": noon}, equals("at", noon)
    yield {"at": moment(2024, 3, 1, 0, 0, 0, 1)}, equals("at", moment(2024, 3, 1, 0, 0, 0, 1))
    yield {"at__lt": noon}, has("at", noon.__gt__)
    yield {"at__gte": moment(2024, 6, 30, 23, 59, 59, 999999)}, has("at", lambda at: at >= later())
    yield {"at__range": spring}, has("at", lambda at: spring[0] <= at <= spring[1])
    yield {"at__in": spring}, has("at", spring.__contains__)
    yield {"seen__isnull": True}, lambda record: record.seen is None
    yield {"seen__gt": moment(2024, 2, 29, 12)}, has("seen", noon.__lt__)
    yield {"seen__second": 59}, has("seen", lambda seen: seen.second == 59)
    yield {"at__date": date(2024, 3, 1)}, has("at", lambda at: at.date() == date(2024, 3, 1))
    yield {"at__date__gte": date(2024, 3, 2)}, has("at", lambda at: at.date() >= date(2024, 3, 2))
    yield {"at__year": 2024, "at__month": 3}, has("at", lambda at: (at.year, at.month) == (2024, 3))
    yield {"at__time": time(12)}, has("at", lambda at: at.time() == time(12))
    yield {"at__hour": 23}, has("at", lambda at: at.hour == 23)
    yield {"day": date(2024, 2, 29)}, equals("day", date(2024, 2, 29))
    yield {"day__lte": date(2024, 2, 29)}, has("day", date(2024, 2, 29).__ge__)
    yield {"day__year": 9999}, has("day", lambda day: day.year == 9999)
    yield {"day__week_day": 5}, has("day", lambda day: day.isoweekday() == 4)
    yield {"clock__gte": time(1, 2, 3, 40)}, has("clock", time(1, 2, 3, 40).__le__)
    yield {"clock": time(12, 30, 0, 7)}, equals("clock", time(12, 30, 0, 7))
    yield {"clock__minute": 59}, has("clock", lambda clock: clock.minute == 59)
    yield {"lasting__lt": timedelta(0)}, has("lasting", timedelta(0).__gt__)
    yield {"lasting": timedelta(hours=1, microseconds=1)}, equals("lasting", timedelta(0, 3600, 1))
    yield {"amount": Decimal("0.10")}, equals("amount", Decimal("0.10"))
    yield {"amount__lt": 0}, has("amount", Decimal(0).__gt__)
    yield {"amount__in": [5, Decimal("1.1")]}, has("amount", (Decimal(5), Decimal("1.1")).__contains__)
    yield {"rate__gte": Decimal("0.1")}, has("rate", Decimal("0.1").__le__)
    yield {"rate": Decimal("0.000001")}, equals("rate", Decimal("0.000001"))
    yield {"never": Decimal("0.125")}, equals("never", Decimal("0.125"))
    yield {"ratio": 0.1}, equals("ratio", (0.1))
    yield {"big__gt": 2**62}, has("big", (2**62).__lt__)
    yield {"flag": True}, has("flag", bool)
    yield {"answer": False}, has("answer", lambda answer: not answer)
    yield {"token": number("0123456789ab4def81")}, equals("token", number("0123456789ab4def81"))
    yield {"other_token__in": [number("1e5")]}, equals("other_token", number("1e5"))
    yield {"name": "case"}, equals("name", "case")
    yield {"name": "case "}, equals("name", "case ")
    yield {"name__in": ["Case", "cásé 🐎"]}, has("name", ("Case", "cásé 🐎").__contains__)
    yield {"name__endswith": "🐎"}, has("name", lambda name: name.endswith("🐎"))
    yield {"code": ""}, equals("code", "")
    yield {"text__contains": "% _ \\"}, has("text", lambda text: "% _ \\" in text)
    yield {"text__regex": r"^Two.lines"}, has("text", lambda text: text.startswith("Two lines"))
    yield {"data__k": 1}, has("data", lambda data: "k" in data and data["k"] == 1)
    yield {"data__k__deep__0": "after"}, equals("name", "later after")
    yield {"data__has_key": "a"}, has("data", lambda data: isinstance(data, dict) and "a" in data)
    yield {"maybe__isnull": True}, lambda record: record.maybe is None and record.name != "null in JSON"
    yield {"maybe": True}, equals("maybe", True)
    yield {"maybe": "text"}, equals("maybe", "text")
    yield {"maybe": []}, equals("maybe", [])
    yield {"tags__label": "Red"}, lambda record: any(tag.label == "Red" for tag in record.tags.all())
    yield {"owner__username": "editor"}, has("owner", lambda owner: owner.username == "editor")


def later() -> datetime:
    return moment(2024, 6, 30, 23, 59, 59, 999999)


def wrong_answers() -> list[str]:
    """The questions that the database answers otherwise than Python does."""
    records = list(Record.objects.select_related("owner").prefetch_related("tags"))
    wrong = []
    for arguments, fits in questions():
        right = [record.name for record in records if fits(record)]
        try:
            found = [record.name for record in Record.objects.filter(**arguments)]
        except DatabaseError as error:
            wrong.append(f"{arguments}: {error}")
            continue
        if found != right or not right:
            wrong.append(f"{arguments}: {found} and not {right}")
    return wrong


def check_summaries() -> None:
    """What a database computes over all rows."""
    records = list(Record.objects.all())
    summary = Record.objects.aggregate(
        amount=Sum("amount"), first=Min("at"), last=Max("at"), longest=Max("lasting"), tokens=Count("token")
    )
    assert summary == {
        "amount": sum(record.amount for record in records),
        "first": min(record.at for record in records),
        "last": max(record.at for record in records),
        "longest": max(record.lasting for record in records if record.lasting is not None),
        "tokens": len({record.token for record in records}),
    }
    usual = Record.objects.annotate(ends=F("at") + F("lasting")).get(name="usual")
    assert usual.ends == usual.at + usual.lasting
    days = Record.objects.filter(day__isnull=False).dates("day", "month")
    assert list(days) == sorted({record.day.replace(day=1) for record in records if record.day})
    months = Record.objects.annotate(month=TruncMonth("at")).order_by("month").values_list("month", flat=True)
    assert [month.strftime("%Y-%m") for month in months] == sorted(
        record.at.strftime("%Y-%m") for record in records
    )
    by_amount = Record.objects.order_by("amount", "pk").values_list("pk", flat=True)
    assert list(by_amount) == [r.pk for r in sorted(records, key=lambda r: (r.amount, r.pk))]
    by_time = Record.objects.order_by("-at", "pk").values_list("at", flat=True)
    assert list(by_time) == sorted((record.at for record in records), reverse=True)
