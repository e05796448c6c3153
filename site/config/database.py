"""The database that DATABASE_URL names, opened so that writers wait for each other."""

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # A writer takes its lock at the start, so that two writers wait instead of failing
    # half-way; WAL lets readers go on meanwhile (docs/adr/0005).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"
    ),
}


def database_from_url(env, *, default):
    """Return the Django database settings for DATABASE_URL.

    Raises ImproperlyConfigured for an engine other than PostgreSQL or SQLite: the
    locks that guard seats and mails are only proven on those two.
    """
    database = env.db_url("DATABASE_URL", default=default)
    engine = database["ENGINE"]
    if engine == "django.db.backends.sqlite3":
        database["OPTIONS"] = {**database.get("OPTIONS", {}), **SQLITE_OPTIONS}
    elif engine == "django.db.backends.postgresql":
        database["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured(
            f"DATABASE_URL noemt {engine}; deze site draait op postgres:// of sqlite:///."
        )
    # Opening a connection for every page costs more than a page needs of it.
    database.setdefault("CONN_MAX_AGE", 60)
    return database
