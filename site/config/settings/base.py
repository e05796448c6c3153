"""Settings that hold everywhere.

What differs per machine comes from the environment (see README): DATABASE_URL,
CACHE_URL, EMAIL_URL, SECRET_KEY, ALLOWED_HOSTS, BASE_URL, MEDIA_ROOT.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config.database import database_from_url

env = environ.Env()

# --- Paths -------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var"

# --- Address and secrets -----------------------------------------------------

BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
# How many proxies of our own stand before the site; each adds to X-Forwarded-For whom it saw.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- Apps, in the order of the import contract (pyproject.toml) ---------------

INSTALLED_APPS = [
    "home",
    "trajecten",
    "vorming",
    "nieuwsbrief",
    "post",
    "core",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "anymail",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "core.private_links.PrivateLinkMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site_frame",
            ],
            "builtins": ["core.templatetags.core_tags"],
        },
    },
]

# --- Data --------------------------------------------------------------------

DATABASES = {"default": database_from_url(env, default=f"sqlite:///{VAR / 'db.sqlite3'}")}
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# At once, inside the request; or "django_tasks_db.DatabaseBackend", with `manage.py db_worker`.
TASKS = {
    "default": {
        "BACKEND": env.str(
            "TASKS_BACKEND", default="django_tasks.backends.immediate.ImmediateBackend"
        )
    }
}
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))

# --- Links in mails ----------------------------------------------------------

# Signs the links with which people manage what they asked for. A key of its own, so that SECRET_KEY
# can be replaced without breaking links that were sent; the first one signs, all are accepted.
LINK_KEYS = env.list("LINK_KEYS", default=[])

# --- The mail room -----------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="voorbeeld@example.org")
# A provider of django-anymail, by the name of its module there; ANYMAIL holds its keys.
POST_PROVIDER = env.str("POST_PROVIDER", default="")
if POST_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{POST_PROVIDER}.EmailBackend"
ANYMAIL = env.dict("ANYMAIL", default={})
# smtp: the server of EMAIL_URL. provider: POST_PROVIDER. demo: nothing leaves.
POST_TRANSPORT = env.str("POST_TRANSPORT", default="provider" if POST_PROVIDER else "smtp")
# How fast mail may leave, in mails a minute: all together (0 is no limit) and per domain.
POST_MAILS_PER_MINUTE = env.int("POST_MAILS_PER_MINUTE", default=0)
POST_DOMAIN_PER_MINUTE = env.dict("POST_DOMAIN_PER_MINUTE", cast={"value": int}, default={})
# How many connections to the mail server one worker keeps open.
POST_CONNECTIONS = env.int("POST_CONNECTIONS", default=16)
POST_MESSAGE_ID_DOMAIN = env.str("POST_MESSAGE_ID_DOMAIN", default=urlsplit(BASE_URL).hostname)
# Where reports of mail servers come in: imaps://name:password@host/INBOX (post.imap).
POST_BOUNCE_MAILBOX = env.str("POST_BOUNCE_MAILBOX", default="")
# After so many days, addresses and texts of mails are emptied.
POST_RETENTION_DAYS = env.int("POST_RETENTION_DAYS", default=90)

# --- Questions and opinions of visitors ------------------------------------------

# So many requests and opinions one network address may send in an hour.
VERZOEKEN_PER_HOUR = env.int("VERZOEKEN_PER_HOUR", default=10)
OORDELEN_PER_HOUR = env.int("OORDELEN_PER_HOUR", default=30)
# So many mails one mailbox gets because somebody typed its address in a public form. Ten people who
# share a mailbox are ten mails.
MAILBOX_PER_HOUR = env.int("MAILBOX_PER_HOUR", default=20)
MAILBOX_PER_DAY = env.int("MAILBOX_PER_DAY", default=40)
# After so many months, `tick` empties requests and removes opinions.
VERZOEK_RETENTION_MONTHS = env.int("VERZOEK_RETENTION_MONTHS", default=24)
OORDEEL_RETENTION_MONTHS = env.int("OORDEEL_RETENTION_MONTHS", default=24)

# --- Language and time -------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("nl", "Nederlands"),
    ("fr", "Français"),
    ("en", "English"),
]
# The language as the page says it to browsers and screen readers.
LANGUAGE_TAGS = {"nl": "nl-BE", "fr": "fr-BE", "en": "en"}
LOCALE_PATHS = [ROOT / "locale"]
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
USE_TZ = True

# --- Files -------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Signing in --------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "wagtailadmin_login"

# --- What a page may load ----------------------------------------------------

# Video is only fetched after a click, from these two players and nowhere else.
VIDEO_FRAMES = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": VIDEO_FRAMES,
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
    }
}
# Wagtail's admin still emits inline scripts and styles.
CONTENT_SECURITY_POLICY_ADMIN = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "frame-src": [SELF, *VIDEO_FRAMES],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
# Django advises DENY; the editor shows its preview of a page in a frame of the same site.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# --- Wagtail -----------------------------------------------------------------

WAGTAIL_SITE_NAME = "Vrije tijd in de netwerkgemeente"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_USER_LOGIN_FORM = "core.forms.AanmeldForm"
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "core.editor.Teksteditor"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nl", "Nederlands")]
WAGTAIL_USER_TIME_ZONES = ["Europe/Brussels"]
# Half a second is Wagtail's default and fills the history of a page (README).
WAGTAIL_AUTOSAVE_INTERVAL = 3000
WAGTAILIMAGES_IMAGE_MODEL = "core.Afbeelding"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_DOCUMENT_MODEL = "core.Bestand"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = True
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
TAGGIT_CASE_INSENSITIVE = True
TAG_LIMIT = 12

# --- Our own -----------------------------------------------------------------

# How many parts of pages a process keeps until the content changes (core.memo).
CONTENT_MEMO_SIZE = env.int("CONTENT_MEMO_SIZE", default=5000)
# The style guide is for who builds the site, not for who visits it.
STYLEGUIDE_ENABLED = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"links": {"()": "core.private_links.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # A line per indexed object or published page says nothing that the database does not.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
