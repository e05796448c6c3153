"""The site as it is measured: fresh launch content, loopback."""

import gzip
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command

START_SECONDS = 60


def prepare() -> None:
    """Build the database and the static files from nothing, so that the code of now is measured."""
    settings.VAR.mkdir(exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        (settings.BENCH_DATABASE.parent / f"{settings.BENCH_DATABASE.name}{suffix}").unlink(
            missing_ok=True
        )
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_content", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


@contextmanager
def serve(
    *, workers=1, threads=4, application="config.wsgi:application", **environment: str
) -> Iterator[http.client.HTTPConnection]:
    """Start Granian, by default with one worker; yield a connection that stays open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    command += ["--workers", str(workers), "--blocking-threads", str(threads)]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    server = subprocess.Popen(
        [*command, application], cwd=settings.ROOT, env={**os.environ, **environment}
    )
    try:
        yield _connect(server, port)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _connect(server, port) -> http.client.HTTPConnection:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with suppress(OSError):
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        time.sleep(0.1)
    raise RuntimeError("De webserver van de meting startte niet.")


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    raw: bytes
    is_gzip: bool

    @property
    def text(self) -> str:
        """The body as it was before compression."""
        return (gzip.decompress(self.raw) if self.is_gzip else self.raw).decode()


def fetch(connection: http.client.HTTPConnection, address: str) -> Answer:
    """Ask for `address` as a browser does: compressed."""
    connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    encoding = response.getheader("Content-Encoding")
    return Answer(response.status, response.read(), encoding == "gzip")


def seconds_for(connection: http.client.HTTPConnection, address: str) -> float:
    """Return how long one answer takes, from the question to the last byte."""
    start = time.perf_counter()
    fetch(connection, address)
    return time.perf_counter() - start
