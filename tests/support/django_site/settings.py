"""Settings. Which database, and whether datetimes know their time zone, comes from the environment."""

from __future__ import annotations

import json
import os
from typing import Any

SITE = __package__
MODELS = f"{SITE}.records"


def _database() -> dict[str, Any]:
    wish = json.loads(os.environ["SITE_DATABASE"])
    if "sqlite" in wish:
        # As a site with several processes sets it: writers wait for each other.
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": wish["sqlite"], "OPTIONS": {"timeout": 20}}
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": wish["database"],
        "USER": wish["user"],
        "PASSWORD": wish["password"],
        "HOST": wish["host"],
        "PORT": wish["port"],
        "OPTIONS": {"charset": "utf8mb4"},
    }


SECRET_KEY = "a site of the tests"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = f"{SITE}.urls"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = os.environ["SITE_DATETIMES"] == "aware"
TIME_ZONE = "UTC" if USE_TZ else "Europe/Prague"
# Quick, for passwords are not what is tested.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    MODELS,
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
