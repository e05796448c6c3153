"""Commands of the whole project, as somebody types them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments, **environment):
    """Run manage.py with the settings of a developer."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            **environment,
        },
    )


def assert_one_clear_line(result, *words):
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]


def test_compile_locale_makes_a_catalogue_that_django_can_read(tmp_path, settings):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Stap", msgstr="Étape"))
    catalogue.append(polib.POEntry(msgid="Nog te doen", msgstr=""))
    catalogue.save(str(folder / "django.po"))
    settings.LOCALE_PATHS = [tmp_path]
    call_command("compile_locale")
    compiled = polib.mofile(str(folder / "django.mo"))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {"Stap": "Étape"}


def test_demo_refuses_a_busy_port_with_one_line(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        database = tmp_path / "db.sqlite3"
        result = manage("demo", "--port", str(port), DATABASE_URL=f"sqlite:///{database}")
    assert_one_clear_line(result, str(port), "niet vrij")
    assert "Klaar" not in result.stdout
    assert not database.exists()


@pytest.mark.parametrize(
    "database",
    ["sqlite:////proc/bestaat-niet/db.sqlite3", "postgres://niemand@127.0.0.1:1/bestaat-niet"],
    ids=["map waar niet geschreven kan worden", "server die niet antwoordt"],
)
def test_demo_refuses_a_broken_database_with_one_line(database):
    result = manage("demo", "--port", "0", DATABASE_URL=database)
    assert_one_clear_line(result, "start niet", "databank")


def test_demo_refuses_a_file_that_is_no_database_with_one_line(tmp_path):
    (tmp_path / "db.sqlite3").write_bytes(b"dit is geen databank" * 500)
    result = manage("demo", "--port", "0", DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}")
    assert_one_clear_line(result, "start niet", "databank")
