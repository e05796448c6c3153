"""Settings for the tests: production, with the outside world switched off."""

import os
import tempfile
from pathlib import Path

for name, value in {
    "SECRET_KEY": "alleen-voor-de-toetsen-" + "0123456789" * 5,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "BASE_URL": "http://testserver",
    "DATABASE_URL": "sqlite:///" + str(Path(tempfile.gettempdir()) / "vtnw-test.sqlite3"),
    "EMAIL_URL": "memorymail://",
    "POST_HASH_KEY": "alleen-voor-de-toetsen",
    "POST_TRANSPORT": "memory",
}.items():
    os.environ.setdefault(name, value)

from .production import *  # noqa: E402, F403
from .production import STORAGES  # noqa: E402

# The test client and the browser of the tests speak http.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

# Speed, not strength, counts for the passwords of the tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="vtnw-media-"))
# No collectstatic before the tests.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STYLEGUIDE_ENABLED = True
