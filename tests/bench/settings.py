"""Settings for measuring: production, on its own SQLite database, over plain http on loopback."""

import os
from pathlib import Path

BENCH_DATABASE = Path(__file__).resolve().parents[2] / "var" / "bench.sqlite3"

os.environ.update(
    {
        "SECRET_KEY": "alleen-om-te-meten-" + "0123456789" * 5,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "http://127.0.0.1",
        # A part that measures another database names it.
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{BENCH_DATABASE}"),
        "EMAIL_URL": "dummymail://",
        "POST_HASH_KEY": "alleen-om-te-meten",
    }
)

from config.settings.production import *  # noqa: E402, F403
from config.settings.production import STORAGES, VAR  # noqa: E402

ROOT_URLCONF = "tests.bench.urls"
SECURE_SSL_REDIRECT = False

# Hashed names as in production; what a file weighs compressed is computed by the bench itself.
STATIC_ROOT = VAR / "bench-static"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
LOGGING = {"version": 1, "disable_existing_loggers": True}
