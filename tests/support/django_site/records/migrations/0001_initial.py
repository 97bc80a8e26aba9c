"""The first tables."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("label", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("slug", models.SlugField(blank=True)),
                ("code", models.CharField(blank=True, db_index=True, max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[("one", "One"), ("other", "Other")], default="one", max_length=5
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("link", models.URLField(blank=True)),
                ("attached", models.FileField(blank=True, upload_to="")),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("flag", models.BooleanField(default=False)),
                ("answer", models.BooleanField(null=True)),
                ("small", models.SmallIntegerField(default=0)),
                ("positive", models.PositiveIntegerField(blank=True, null=True)),
                ("big", models.BigIntegerField(blank=True, null=True)),
                ("ratio", models.FloatField(blank=True, null=True)),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("rate", models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True)),
                ("never", models.DecimalField(blank=True, decimal_places=3, max_digits=10, null=True)),
                ("day", models.DateField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("seen", models.DateTimeField(blank=True, null=True)),
                ("unseen", models.DateTimeField(blank=True, null=True)),
                ("changed", models.DateTimeField(auto_now=True)),
                ("clock", models.TimeField(blank=True, null=True)),
                ("lasting", models.DurationField(blank=True, null=True)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("other_token", models.UUIDField(blank=True, null=True)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("maybe", models.JSONField(blank=True, null=True)),
                ("raw", models.BinaryField(blank=True, editable=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="records.record",
                    ),
                ),
                ("tags", models.ManyToManyField(blank=True, to="records.tag")),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["-at", "day"], name="by_time"),
                    models.Index(django.db.models.functions.text.Lower("email"), name="by_folded_email"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("small__gte", -1000)), name="small_enough"),
                    models.UniqueConstraint(fields=("owner", "slug", "code"), name="slug_of_owner"),
                    models.UniqueConstraint(
                        condition=models.Q(("flag", True), models.Q(("link", ""), _negated=True)),
                        fields=("link",),
                        name="flagged_link",
                    ),
                ],
            },
        ),
    ]
