"""Settings for a developer's machine and for `make run`."""

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, STORAGES, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="alleen-voor-ontwikkeling-nooit-in-productie")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
INTERNAL_IPS = ["127.0.0.1"]

# Files are served straight from static/, so a change shows at once.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

POST_HASH_KEY = env.str("POST_HASH_KEY", default=SECRET_KEY)
# Nothing leaves a developer's machine unless a mail server is named; mails can be read at /post/.
POST_TRANSPORT = env.str("POST_TRANSPORT", default="smtp" if "EMAIL_URL" in env.ENVIRON else "demo")

STYLEGUIDE_ENABLED = True
# Sign-in details of the example site may only be shown where it is one.
DEMO = True
