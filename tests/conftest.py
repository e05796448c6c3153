"""What every test may ask for: the launch site, editors, and a clock that stands still."""

import datetime
import gc
import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from hypothesis.configuration import set_hypothesis_home_dir

from core import memo
from tests.image import Image

# The same examples at every run, and no deadline: a busy machine is not a fault.
set_hypothesis_home_dir(Path(__file__).parents[1] / ".pytest_cache" / "hypothesis")
hypothesis_settings.register_profile("site", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("site")

# What was imported never becomes rubbish: looking through it again and again took an eighth of the
# time of all tests.
NEW_OBJECTS_BEFORE_A_LOOK = 50_000

LAUNCH_DAY = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.UTC)


def nothing_may_be_skipped() -> bool:
    """Say whether this is the full check, where a missing part is a failure."""
    return os.environ.get("ALLES_VEREIST") == "1"


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_BEFORE_A_LOOK)


def pytest_sessionfinish():
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def image(request) -> Image | None:
    """Return where the loaded database is kept between runs; None where it cannot be."""
    return Image.in_use(request.config.cache.mkdir("beginsite"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, image):
    """Make plain tables where a copy takes their place anyway."""
    if image and image.exists:
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings, image, django_db_setup, django_db_blocker):
    """Load the launch content once, on top of the empty database."""
    with django_db_blocker.unblock():
        if connection.settings_dict["TEST"]["MIGRATE"] is False:
            image.restore()
            return
        with time_machine.travel(LAUNCH_DAY, tick=False):
            call_command("load_content", stdout=StringIO())
        if image:
            image.store()


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Forget after each test what is remembered of a database that was rolled back.

    Wagtail does so in the cache, and we in `core.memo`; a request leaves the language of its page
    to its thread.
    """
    yield
    cache.clear()
    memo.end()
    memo._kept.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def at_launch():
    """Stop the clock on the morning of the launch day."""
    with time_machine.travel(LAUNCH_DAY, tick=False):
        yield LAUNCH_DAY.date()


@pytest.fixture
def on_day():
    """Return a function that stops the clock at noon on a day."""
    travellers = []

    def travel(day: datetime.date):
        moment = datetime.datetime.combine(day, datetime.time(11), tzinfo=datetime.UTC)
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture
def eindredacteur(db) -> User:
    """Somebody who writes and publishes."""
    return _editor("eindredacteur", "Eindredacteurs")


@pytest.fixture
def redacteur(db) -> User:
    """Somebody who writes, and lets another publish."""
    return _editor("schrijver", "Redacteurs")


def _editor(username, group):
    user = User.objects.create_user(username, f"{username}@example.org", "wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def editor_client(client, eindredacteur):
    """A browser in which an eindredacteur is signed in."""
    client.force_login(eindredacteur)
    return client
