"""A real server and a real browser.

Every worker gets a server of its own on a copy of one prepared database, so that a test may
publish. The tests here never touch Django's models: they do what people do.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import expect

from tests.image import Image
from tests.node import command, missing, package

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
USERNAME, PASSWORD = "redacteur", "wachtwoord-van-de-toets"
MAKE_EDITOR = f"""
from django.contrib.auth.models import Group, User
from wagtail.users.models import UserProfile
user = User.objects.create_user("{USERNAME}", "redacteur@example.org", "{PASSWORD}")
user.groups.set(Group.objects.filter(name__in=["Eindredacteurs", "Vormingsteam"]))
UserProfile.objects.create(user=user, preferred_language="nl")
"""
MAKE_SESSIONS = "from vorming import demo; demo.load()"
# Who leads a session, and a questionnaire whose address a test knows.
MAKE_DAY = f"""
import hashlib
from django.contrib.auth.models import Permission, User
from vorming.models import Evaluatiesleutel, Sessie
wanted = ["change_sessie", "change_inschrijving", "view_inschrijving", "exporteer_inschrijvingen"]
User.objects.get(username="{USERNAME}").user_permissions.add(
    *Permission.objects.filter(codename__in=wanted)
)
Evaluatiesleutel.objects.create(
    hash=hashlib.sha256(b"toets").hexdigest(), sessie=Sessie.objects.get(naam__endswith="afgelopen")
)
"""
READ_MAIL = """
from post.models import Levering
print(Levering.objects.filter(adres_norm="%s").latest("pk").bericht.tekst)
"""
MOVE_SITE = """
from wagtail.models import Site
Site.objects.update(hostname="127.0.0.1", port={port})
"""

# A page may take its time on a machine that is busy; that it comes is what is tested.
expect.set_options(timeout=15_000)

# Playwright keeps an event loop in this thread until the session ends; Django would take every
# later test of the same worker for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    """Mark everything in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


# --- Server ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Databank:
    """A database by its address, which can be copied whole."""

    url: str

    @property
    def is_sqlite(self):
        return self.url.startswith("sqlite")

    def copy(self, name, folder):
        """Return a copy of a database that nobody uses."""
        if self.is_sqlite:
            path = folder / f"{name}.sqlite3"
            shutil.copy(self.url.removeprefix("sqlite:///"), path)
            return Databank(f"sqlite:///{path}")
        return self.sibling(name, template=urlsplit(self.url).path.strip("/"))

    def sibling(self, name, template="template0"):
        """Make an empty PostgreSQL database beside this one, or a copy of `template`."""
        import psycopg

        parts = urlsplit(self.url)
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return Databank(urlunsplit(parts._replace(path=f"/{name}")))

    def url_of(self, name):
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop(self):
        """Remove a PostgreSQL database; the folder of a SQLite one is removed by pytest."""
        if not self.is_sqlite:
            import psycopg

            with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
                name = urlsplit(self.url).path.strip("/")
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def environment(databank, port=0, **more):
    """Return the environment of a process that works on a database."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": databank.url,
        "BASE_URL": f"http://127.0.0.1:{port}",
        **more,
    }


def manage(databank, *arguments):
    """Run manage.py on a database and return what it says; fail when it fails."""
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(databank),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result


@pytest.fixture(scope="session")
def prepared(request, tmp_path_factory):
    """A database with the launch content and an editor, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    url = os.environ.get("DATABASE_URL", "")
    with (shared / "e2e.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if url.startswith("postgres"):
            databank = Databank(urlunsplit(urlsplit(url)._replace(path="/vtnw_e2e")))
        else:
            databank = Databank(f"sqlite:///{shared / 'e2e.sqlite3'}")
        if not (shared / "e2e.ready").exists():
            if not databank.is_sqlite:
                databank.sibling("vtnw_e2e")
            image = Image(request.config.cache.mkdir("beginsite"))
            if databank.is_sqlite and image.exists:
                shutil.copy(image.database, databank.url.removeprefix("sqlite:///"))
            else:
                manage(databank, "migrate", "--verbosity", "0")
                manage(databank, "load_content")
            manage(databank, "shell", "--verbosity", "0", "--command", MAKE_EDITOR)
            manage(databank, "shell", "--verbosity", "0", "--command", MAKE_SESSIONS)
            manage(databank, "shell", "--verbosity", "0", "--command", MAKE_DAY)
            (shared / "e2e.ready").touch()
    return databank


@pytest.fixture(scope="session")
def databank(prepared, tmp_path_factory):
    """A copy of the prepared database, for one server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alleen")
    return prepared.copy(f"vtnw_e2e_{worker}", tmp_path_factory.mktemp("databank"))


@pytest.fixture(scope="session")
def server(databank, tmp_path_factory):
    """Start Granian on that database; return its address."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    manage(databank, "shell", "--verbosity", "0", "--command", MOVE_SITE.format(port=port))
    log = (folder / "server.log").open("w")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "config.wsgi:application"],
        cwd=ROOT,
        env=environment(databank, port, MEDIA_ROOT=str(folder / "media")),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, folder / "server.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        databank.drop()


@pytest.fixture(scope="session")
def newest_mail(databank):
    """Return a function that gives the text of the newest mail to an address."""

    def read(address: str) -> str:
        result = manage(databank, "shell", "--verbosity", "0", "--command", READ_MAIL % address)
        return result.stdout

    return read


def wait_for(address, process, log, seconds=60):
    """Wait until a server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/robots.txt", timeout=5)  # noqa: S310
            return
        time.sleep(0.1)
    pytest.fail(f"De server antwoordt niet: {log.read_text()}")


# --- Browser ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium():
    """Return the path of the browser of the system."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return missing("er is geen Chromium (apt install chromium)")


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium):
    """Tell pytest-playwright to use that browser."""
    return {"executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(server):
    """Every context is a Dutch-speaking visitor with a wide screen."""
    return {"base_url": server, "locale": "nl-BE", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def axe():
    """Return the source of axe-core."""
    return package("axe-core", "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def html_validate():
    """Return the command that checks HTML files."""
    return command(package("html-validate", "bin", "html-validate.mjs"))
