"""Real worker processes on the database of the tests."""

import os
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.post.conftest import empty_mail_room
from tests.post.nursery import nursery
from tests.post.servers import running

FAST_SINK = "tests.bench.sink"


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """A database in which a commit is a commit; afterwards the mail room is empty again.

    Unlike pytest's own it leaves the rest of the database alone: the launch content stays.
    """
    with django_db_blocker.unblock():
        yield
        empty_mail_room()
        connection.close()


def url_of_test_database() -> str:
    """Return DATABASE_URL with the name of the database that the tests made."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def processes(transactional_db, tmp_path):
    """Return a function that starts a sink and a nursery for workers; the test gets both."""
    opened = []

    def start(*, delay: float = 0.0, connections: int = 8):
        sink = running(FAST_SINK, tmp_path, "--delay", str(delay))
        opened.append(sink)
        server = sink.__enter__()
        home = nursery(url_of_test_database(), server.port, connections=connections)
        opened.append(home)
        return server, home.__enter__()

    yield start
    for one in reversed(opened):
        one.__exit__(None, None, None)
