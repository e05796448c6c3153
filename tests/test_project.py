"""Guards of the repository itself."""

import importlib
import re
import site as standard_site
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments):
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_import_site_is_still_the_standard_module():
    assert "site-packages" in standard_site.getsitepackages()[0]
    assert Path(standard_site.__file__).parent != ROOT / "site"


def test_site_is_a_container_and_never_a_package():
    modules = [path.name for path in (ROOT / "site").glob("*.py")]
    assert modules == []


def test_our_own_packages_are_importable():
    for name in ("config", "core", "home", "trajecten", "vorming", "nieuwsbrief"):
        assert importlib.import_module(name)


def test_git_keeps_the_folders_that_stock_ignore_files_swallow():
    tracked = set(git("ls-files"))
    assert "site/config/settings/base.py" in tracked
    assert any(path.startswith("static/css/") for path in tracked)


def test_no_generated_file_is_tracked():
    generated = re.compile(r"(\.pyc|\.mo|db\.sqlite3|\.orig|(^|/)\.env)$|(^|/)node_modules/|^var/")
    assert [path for path in git("ls-files") if generated.search(path)] == []


def test_no_file_names_a_package_registry():
    address = re.compile(
        r"--(extra-)?index-url|\"resolved\"\s*:|registry\s*=\s*\"?http|(pypi|npmjs)\.org/(simple|packages|-/)"
    )
    found = []
    for name in git("ls-files"):
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".pdf"} or path == Path(__file__):
            continue
        if address.search(path.read_text(encoding="utf-8")):
            found.append(name)
    assert found == []


def test_code_has_no_leftovers():
    # Written apart, so that this file does not find itself.
    leftover = re.compile("TO" + "DO|FIX" + "ME|X" + "XX")
    sources = [name for name in git("ls-files") if name.endswith((".py", ".html", ".css", ".js"))]
    assert sources
    assert [name for name in sources if leftover.search((ROOT / name).read_text())] == []


def test_only_the_clock_asks_for_the_time():
    asks = re.compile(
        r"(timezone\.(now|localtime|localdate)|datetime\.now|date\.today|time\.time)\("
    )
    sources = [
        name
        for name in git("ls-files")
        if name.endswith(".py") and not name.startswith("tests/") and "/migrations/" not in name
    ]
    assert [n for n in sources if asks.search((ROOT / n).read_text())] == ["site/core/clock.py"]


def test_nobody_formats_a_date_without_the_language():
    # strftime prints English months on a Dutch page.
    sources = [n for n in git("ls-files") if n.endswith(".py") and not n.startswith("tests/")]
    assert [n for n in sources if ".strftime(" in (ROOT / n).read_text()] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_import_directions_hold():
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert result.returncode == 0, result.stdout
