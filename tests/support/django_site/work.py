"""What the site's processes do; each command of `COMMANDS` is one process."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from tests.support.django_site.lookups import check_summaries, wrong_answers
from tests.support.django_site.records.models import Record, Tag
from tests.support.django_site.rows import FLAGGED_LINK, first_rows, later_rows, made, moment, tagged
from tests.support.exact import exact_rows

PASSWORD = "a password of the tests"


def fill() -> dict[str, str]:
    """A new site: its schema, users, records, and an administrator at work. Its session is the answer."""
    call_command("migrate", verbosity=0)
    administrator = User.objects.create_superuser("admin", "admin@site.example", PASSWORD)
    editor = User.objects.create_user("editor", "Editor@Site.Example", PASSWORD, last_name="Žižková 🐎")
    User.objects.create_user("Editor", is_active=False)
    group = Group.objects.create(name="editors")
    group.permissions.set(Permission.objects.filter(content_type__app_label="records"))
    editor.groups.add(group)
    records = made(first_rows())
    tagged(records[:4], ["Red", "red", "zelená"])
    Record.objects.filter(name__in=["usual", "negative"]).update(owner=editor, parent=records[0])
    client = Client()
    assert client.login(username="admin", password=PASSWORD)
    add_tag(client, "by the administrator")
    key: str = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert User.objects.get(pk=administrator.pk).last_login is not None
    return {"session": key}


def add_tag(client: Client, label: str) -> None:
    """What the admin does when its form is sent: the row, and an entry in its log."""
    before = LogEntry.objects.count()
    answer = client.post("/admin/records/tag/add/", {"label": label})
    assert answer.status_code == 302, answer.content.decode()
    assert LogEntry.objects.count() == before + 1
    assert Tag.objects.get(label=label).pk


def change() -> dict[str, dict[str, list[dict[str, str]]]]:
    """What the site does while it is copied; all its rows after it are the answer."""
    with transaction.atomic():
        tagged(made(later_rows("before")), ["red", "blue"])
    usual = Record.objects.get(name="usual")
    usual.seen = moment(2024, 2, 29, 12, 0, 1)
    usual.clock = usual.clock.replace(microsecond=7)
    usual.save()
    Record.objects.filter(name="Case").update(amount=Decimal("19.99"), lasting=timedelta(0), day="2024-03-01")
    Record.objects.get(name="largest").delete()
    made([row for row in first_rows() if row["name"] == "largest"])
    Record.objects.filter(name="negative").update(maybe=None)
    Tag.objects.filter(label="zelená").delete()
    User.objects.filter(username="editor").update(is_staff=True, last_login=timezone.now())
    Client().login(username="editor", password=PASSWORD)
    return rows()


def rows() -> dict[str, dict[str, list[dict[str, str]]]]:
    """Every row of every model, as the ORM reads it."""
    return {
        "rows": {
            model._meta.label: exact_rows(
                model._base_manager.all(), [field.attname for field in model._meta.concrete_fields]
            )
            for model in apps.get_models(include_auto_created=True)
        }
    }


def use(session: str) -> dict[str, Any]:
    """Work on the migrated site, whose administrator was logged in under ``session``."""
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    before = rows()
    tagged(made(later_rows("after")), ["Red", "after"])
    wrong = wrong_answers()
    check_summaries()
    check_written()
    check_refused()
    check_admin(session)
    return {"vendor": connection.vendor, "wrong": wrong, **before}


def check_written() -> None:
    """New rows come back as they were written, and changes of old ones too."""
    for row in later_rows("after"):
        record = Record.objects.get(name=row["name"])
        assert {name: getattr(record, name) for name in row} == row
        assert isinstance(record.token, uuid.UUID)
    usual = Record.objects.get(name="usual")
    usual.amount += Decimal("0.01")
    usual.seen = None
    usual.save(update_fields=["amount", "seen", "changed"])
    usual.refresh_from_db()
    assert (usual.amount, usual.seen) == (Decimal("0.11"), None)
    twin, is_new = Record.objects.update_or_create(name="usual", defaults={"clock": None})
    assert (twin.pk, is_new) == (usual.pk, False)
    assert Record.objects.filter(tags=Tag.objects.get(label="after")).count() == 2
    assert list(Tag.objects.get(label="red").record_set.order_by("pk").values_list("pk", flat=True))
    highest = Record.objects.order_by("-pk")[0].pk
    bulk = Record.objects.bulk_create(Record(name=f"bulk {n}", at=moment(2025, 1, n)) for n in (1, 2, 3))
    assert len(bulk) == 3
    assert Record.objects.filter(pk__gt=highest).count() == 3
    parent = Record.objects.create(name="parent", at=moment(2025, 1, 1))
    Record.objects.create(name="child", at=moment(2025, 1, 1), parent=parent)
    assert parent.delete()[0] == 2


def check_refused() -> None:
    """The keys that SQLite held are held still."""
    editor = User.objects.get(username="editor")
    known = Tag.objects.get(label="Red")
    at = moment(2025, 1, 1)
    for wrong in (
        Record(name="usual", at=at),
        Record(name="a twin", at=at, slug="usual", code="A-1", owner=editor),
        Record(name="a link", at=at, link=FLAGGED_LINK, flag=True),
        Record(name="an orphan", at=at, parent_id=10**6),
        Tag(label="Red"),
        Tag(pk=known.pk, label="a key"),
        User(username="admin"),
    ):
        try:
            with transaction.atomic():
                wrong.save(force_insert=True)
        except IntegrityError:
            continue
        raise AssertionError(f"a row was taken that no database may take: {wrong}")


def check_admin(session: str) -> None:
    """The administrator is still logged in, and finds what was written."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    add_tag(client, "after the migration")
    pages = {
        "/admin/": "Recent actions",
        "/admin/records/record/": "usual",
        "/admin/records/record/?q=lines&flag__exact=1": "usual",
        "/admin/records/record/?at__year=2024&at__month=3": "Case",
        "/admin/records/record/?day__gte=2024-02-29&day__lt=2024-03-01": "usual",
        "/admin/records/record/?o=-6.2.3": "largest",
        "/admin/records/tag/?q=migration": "after the migration",
        f"/admin/records/record/{Record.objects.get(name='usual').pk}/change/": FLAGGED_LINK,
        f"/admin/auth/user/{User.objects.get(username='admin').pk}/history/": "history",
        "/admin/auth/user/?is_staff__exact=1": "editor",
    }
    for address, part in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.headers}"
        assert part in answer.content.decode(), address
    assert ContentType.objects.get_for_model(Record).model_class() is Record
    other = Client()
    assert not other.login(username="Editor", password=PASSWORD)
    assert other.login(username="editor", password=PASSWORD)
    assert other.session["_auth_user_id"] == str(User.objects.get(username="editor").pk)
    sessions = Session.objects.count()
    other.logout()
    assert Session.objects.count() == sessions - 1
    Session.objects.filter(session_key=session).update(expire_date=timezone.now() - timedelta(seconds=1))
    call_command("clearsessions")
    assert not Session.objects.filter(session_key=session).exists()
    assert client.get("/admin/").status_code == 302


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": fill,
    "change": change,
    "rows": rows,
    "use": use,
}
