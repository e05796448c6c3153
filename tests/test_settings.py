"""The settings: what starts, and what refuses to start."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import environ
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.database import database_from_url
from core.checks import check_sqlite_options

ROOT = Path(__file__).resolve().parent.parent

COMPLETE = {
    "SECRET_KEY": "toets-" + "0123456789abcdef" * 4,
    "ALLOWED_HOSTS": "www.example.org",
    "BASE_URL": "https://www.example.org",
    "DATABASE_URL": "sqlite:////tmp/productie-bestaat-niet.sqlite3",
    "EMAIL_URL": "smtp://localhost:25",
    "POST_HASH_KEY": "toets-" + "fedcba9876543210" * 4,
}


def run_manage(*arguments, environment, settings_module="config.settings.production"):
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings_module, **environment},
    )


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_names_what_is_missing(missing):
    environment = {name: value for name, value in COMPLETE.items() if name != missing}
    result = run_manage("check", environment=environment)
    assert result.returncode != 0
    assert missing in result.stderr
    assert "Traceback" not in result.stderr


def test_production_starts_with_a_complete_environment_and_passes_the_deploy_check():
    result = run_manage("check", "--deploy", "--fail-level", "WARNING", environment=COMPLETE)
    assert result.returncode == 0, result.stderr


def test_production_with_a_provider_needs_no_mail_server_and_takes_its_reports():
    environment = {name: value for name, value in COMPLETE.items() if name != "EMAIL_URL"}
    environment |= {
        "POST_PROVIDER": "mailgun",
        "ANYMAIL": "MAILGUN_API_KEY=een-sleutel,MAILGUN_SENDER_DOMAIN=example.org",
    }
    tells = (
        "from django.conf import settings; from django.urls import reverse; "
        "from post.transports import make_transport; made = make_transport(); "
        "print(type(made).__name__, type(made._session()).__module__, "
        "made._session().api_key, reverse('anymail:mailgun_tracking_webhook'))"
    )
    result = run_manage("shell", "--no-imports", "-c", tells, environment=environment)
    assert result.stdout.split() == [
        "ProviderTransport",
        "anymail.backends.mailgun",
        "een-sleutel",
        "/post/meldingen/mailgun/tracking/",
    ], result.stderr


def test_an_empty_value_is_a_missing_value():
    result = run_manage("check", environment={**COMPLETE, "SECRET_KEY": "  "})
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


def test_another_database_than_postgresql_or_sqlite_is_refused():
    env = environ.Env()
    os.environ["DATABASE_URL"], before = "mysql://u:p@localhost/x", os.environ.get("DATABASE_URL")
    try:
        with pytest.raises(ImproperlyConfigured, match="postgres"):
            database_from_url(env, default="sqlite://:memory:")
    finally:
        os.environ["DATABASE_URL"] = before or ""


def test_the_database_of_this_run_is_opened_with_care():
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert check_sqlite_options(None) == []
    else:
        assert database["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"core.E002", "core.E003"}),
        ({"transaction_mode": "IMMEDIATE"}, {"core.E003"}),
        ({"init_command": "PRAGMA journal_mode=WAL"}, {"core.E002"}),
    ],
)
def test_a_careless_sqlite_is_refused(options, expected):
    careless = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}}
    with patch.object(settings, "DATABASES", careless):
        assert {error.id for error in check_sqlite_options(None)} == expected
