"""Start the whole site on one machine, for a first look and for development."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from wagtail.models import Site

from home.content.pages import put_at
from home.management.commands.load_demo import PASSWORD, USERNAME

START_SECONDS = 60
TICK_SECONDS = 60


class Command(BaseCommand):
    help = "Zet de databank klaar, laadt inhoud en voorbeeldgegevens, en start de site."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        # A stop request must also end the server that we start.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        refuse_busy(port)
        self._prepare(port)
        with contextlib.ExitStack() as at_the_end:
            server = start_server(port)
            at_the_end.callback(stop_process, server)
            at_the_end.callback(stop_process, start_worker(port))
            wait_until_it_answers(port, server)
            address = f"http://127.0.0.1:{port}"
            self.stdout.write(
                f"Klaar: {address}/ · redactie: {address}/admin/ ({USERNAME} / {PASSWORD})"
                f" · mails: {address}/post/"
            )
            self.stdout.flush()
            threading.Thread(target=tick_for_ever, daemon=True).start()
            with contextlib.suppress(KeyboardInterrupt):
                server.wait()
        if server.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
            raise CommandError(f"De webserver stopte met code {server.returncode}.")

    def _prepare(self, port):
        try:
            settings.VAR.mkdir(exist_ok=True)
            call_command("migrate", verbosity=0, interactive=False)
            call_command("load_content", stdout=self.stdout)
            call_command("load_demo", stdout=self.stdout)
            # The same database may be started on another port.
            site = Site.objects.get(is_default_site=True)
            put_at(site, base_url(port))
            site.save()
        except (DatabaseError, OSError) as fault:
            # A database server explains itself in more than one line.
            reason = " ".join(str(fault).split())
            raise CommandError(
                f"De site start niet: de databank of de schijf weigert ({reason})."
            ) from fault


def refuse_busy(port: int) -> None:
    """Raise CommandError when something else listens on `port`: it would answer in our place."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise CommandError(
                f"Poort {port} is niet vrij. Kies een andere: make run PORT={port + 1}"
            ) from fault


def base_url(port: int) -> str:
    """Return the address of the example site."""
    return os.environ.get("BASE_URL", f"http://127.0.0.1:{port}")


def start_server(port: int) -> subprocess.Popen:
    """Start Granian on the loopback address."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    options += ["--workers", "1", "--blocking-threads", "4"]
    options += ["--no-access-log", "--log-level", "warning"]
    return start_process(["-m", "granian", *options, "config.wsgi:application"], port)


def start_worker(port: int) -> subprocess.Popen:
    """Start a worker of the mail room."""
    return start_process(["manage.py", "post_worker"], port)


def start_process(arguments: list[str], port: int) -> subprocess.Popen:
    """Start Python with what the site needs around it."""
    paths = [str(settings.ROOT), str(settings.ROOT / "site")]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        cwd=settings.ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "BASE_URL": base_url(port),
        },
    )


def wait_until_it_answers(port: int, server: subprocess.Popen):
    """Wait for the first page; raise CommandError when the server does not come up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CommandError(f"De webserver startte niet op poort {port}. Is die poort vrij?")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=2)
            return
        time.sleep(0.1)
    raise CommandError(f"De webserver antwoordt niet binnen {START_SECONDS} seconden.")


def stop_process(process: subprocess.Popen):
    """End a process, gently first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def tick_for_ever():
    """Do the work of every minute, as cron does on the real site."""
    while True:
        time.sleep(TICK_SECONDS)
        close_old_connections()
        # A failed round is logged by tick itself; the next minute tries again.
        with contextlib.suppress(CommandError):
            call_command("tick")
