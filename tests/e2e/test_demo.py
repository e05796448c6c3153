"""The example site, as `make run` starts it."""

import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from tests.e2e.conftest import ROOT, environment


@pytest.fixture
def databank(prepared, tmp_path):
    """A copy of the prepared database: the second start, when everything is there."""
    if not prepared.is_sqlite:
        pytest.skip("het voorbeeld draait op SQLite")
    return prepared.copy("demo", tmp_path)


def test_the_example_site_says_where_it_is_and_answers(databank, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env={
            **environment(databank, port),
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "MEDIA_ROOT": str(tmp_path / "media"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stop = threading.Timer(120, process.kill)
    stop.start()
    try:
        lines = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("Klaar"):
                break
        assert re.match(
            rf"Klaar: http://127\.0\.0\.1:{port}/ · redactie: http://127\.0\.0\.1:{port}/admin/ "
            r"\(redacteur / \S+\)",
            lines[-1],
        ), process.stderr.read() if process.poll() is not None else lines
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/trajecten/", timeout=20).read()
        # The addresses on the page are those of this port.
        assert f'<link rel="canonical" href="http://127.0.0.1:{port}/trajecten/">'.encode() in page
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        stop.cancel()
    assert process.returncode == 0
