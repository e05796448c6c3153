"""Settings for the real site: everything that matters comes from the environment."""

import sys

from .base import *  # noqa: F403
from .base import env

REQUIRED = {
    "SECRET_KEY": (
        "een lange, willekeurige tekst (python -c 'import secrets; "
        "print(secrets.token_urlsafe(64))')"
    ),
    "ALLOWED_HOSTS": "de namen van de site, met een komma ertussen (www.example.org)",
    "BASE_URL": "het adres van de site (https://www.example.org)",
    "DATABASE_URL": "de databank (postgres://naam:wachtwoord@host/databank)",
    "POST_HASH_KEY": "een tweede lange, willekeurige tekst, die nooit meer verandert",
    "EMAIL_URL": "de mailserver (smtp+tls://naam:wachtwoord@host:587)",
}


def require(names):
    """Stop with one clear message when the environment misses one of `names`."""
    missing = [name for name in names if not env.str(name, default="").strip()]
    if missing:
        lines = "\n".join(f"  {name}: {REQUIRED[name]}" for name in missing)
        sys.exit(f"De site start niet: deze omgevingsvariabelen ontbreken.\n{lines}")


require(REQUIRED)

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

CSRF_TRUSTED_ORIGINS = [BASE_URL]  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = False
# The key by which an address is recognised that may not be mailed any more. It must outlive
# SECRET_KEY: whoever left, left for ever.
POST_HASH_KEY = env.str("POST_HASH_KEY")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"noreply@{ALLOWED_HOSTS[0]}")  # noqa: F405
SERVER_EMAIL = DEFAULT_FROM_EMAIL
