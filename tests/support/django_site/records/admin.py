"""The models in the admin, with all that a changelist can ask a database."""

from __future__ import annotations

from django.contrib import admin

from tests.support.django_site.records.models import Record, Tag


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    search_fields = ("label",)


@admin.register(Record)
class RecordAdmin(admin.ModelAdmin):
    list_display = ("name", "at", "day", "clock", "lasting", "amount", "flag", "token", "owner")
    list_filter = ("flag", "answer", "day", "at", "kind", "tags", "owner")
    search_fields = ("name", "text")
    date_hierarchy = "at"
