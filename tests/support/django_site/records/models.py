"""Models with every kind of field whose value SQLite and MySQL keep in different ways."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Tag(models.Model):
    """Its key is a UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return str(self.label)


class Record(models.Model):
    """One field of each kind, most of them with and without a value."""

    class Kind(models.TextChoices):
        ONE = "one"
        OTHER = "other"

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(blank=True)
    code = models.CharField(max_length=10, blank=True, db_index=True)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.ONE)
    text = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    link = models.URLField(blank=True)
    attached = models.FileField(blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    flag = models.BooleanField(default=False)
    answer = models.BooleanField(null=True)
    small = models.SmallIntegerField(default=0)
    positive = models.PositiveIntegerField(null=True, blank=True)
    big = models.BigIntegerField(null=True, blank=True)
    ratio = models.FloatField(null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    rate = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    never = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    seen = models.DateTimeField(null=True, blank=True)
    unseen = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField(auto_now=True)
    clock = models.TimeField(null=True, blank=True)
    lasting = models.DurationField(null=True, blank=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    other_token = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    maybe = models.JSONField(null=True, blank=True)
    raw = models.BinaryField(null=True, blank=True, editable=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    tags = models.ManyToManyField(Tag, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(small__gte=-1000), name="small_enough"),
            models.UniqueConstraint(fields=["owner", "slug", "code"], name="slug_of_owner"),
            models.UniqueConstraint(
                fields=["link"], condition=models.Q(flag=True) & ~models.Q(link=""), name="flagged_link"
            ),
        )
        indexes = (
            models.Index(fields=["-at", "day"], name="by_time"),
            models.Index(Lower("email"), name="by_folded_email"),
        )

    def __str__(self) -> str:
        return str(self.name)
