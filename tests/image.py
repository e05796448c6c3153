"""The launch site as files, so that only the first run of the tests has to build it.

Migrating and loading takes a minute, and most runs change nothing of it. Only for SQLite in memory:
on PostgreSQL every run starts from nothing.
"""

import hashlib
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Site

A_DAY = 24 * 3600
ROOT = Path(__file__).resolve().parent.parent
# What the database is made of. Change one of these, and it is built anew.
INGREDIENTS = (
    "*/migrations/*.py",
    "site/*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "site/*/models.py",
    "*/blocks.py",
    "site/config/settings/*.py",
    "site/core/**/*.py",
    "home/**/*.py",
    "home/content/**/*.*",
    "requirements/*.txt",
    "tests/conftest.py",
    "tests/image.py",
)


class Image:
    """A copy of the loaded database and of the files that belong to it."""

    def __init__(self, folder: Path):
        self.folder = folder / _fingerprint()

    @classmethod
    def in_use(cls, folder: Path) -> "Image | None":
        """Return the image when the tests run on a database that can be copied."""
        memory = connection.vendor == "sqlite" and not connection.settings_dict["TEST"]["NAME"]
        return cls(folder) if memory else None

    @property
    def exists(self) -> bool:
        return self.folder.exists()

    @property
    def database(self) -> Path:
        return self.folder / "site.sqlite3"

    def restore(self):
        """Put the copy in the place of the database that is open."""
        source = sqlite3.connect(self.database)
        connection.ensure_connection()
        source.backup(connection.connection)
        source.close()
        shutil.copytree(self.folder / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
        ContentType.objects.clear_cache()
        Site.clear_site_root_paths_cache()

    def store(self):
        """Keep the database that is open; the images of earlier days go."""
        made = Path(tempfile.mkdtemp(prefix="wording-", dir=self.folder.parent))
        target = sqlite3.connect(made / "site.sqlite3")
        connection.connection.backup(target)
        target.close()
        shutil.copytree(settings.MEDIA_ROOT, made / "media")
        for earlier in self.folder.parent.glob("inhoud-*"):
            # A run that started before this change may still be reading one of today.
            if earlier.stat().st_mtime < time.time() - A_DAY:
                shutil.rmtree(earlier, ignore_errors=True)
        try:
            made.rename(self.folder)
        except OSError:
            # Another worker was first.
            shutil.rmtree(made)


def _fingerprint():
    found = hashlib.sha256()
    for path in sorted({path for pattern in INGREDIENTS for path in ROOT.glob(pattern)}):
        if ".venv" not in path.parts and path.is_file():
            found.update(str(path.relative_to(ROOT)).encode())
            found.update(path.read_bytes())
    return f"inhoud-{found.hexdigest()[:24]}"
