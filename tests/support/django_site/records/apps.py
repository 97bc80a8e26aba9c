"""Its name."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tests.support.django_site.records"
    label = "records"
