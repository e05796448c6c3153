"""Real worker processes, started in no time and killed at will.

Starting Django takes seconds. So one process does that once, `python -m tests.post.nursery`, and
makes a copy of itself for every worker. It takes a line of JSON at a time on its input and answers
each with one; whatever touches the database happens in a copy.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from contextlib import contextmanager

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# How the database knows the connections of the workers.
APPLICATION = "kwekerij"
PARAGRAPH = "Vrije tijd voor iedereen, ook voor wie het moeilijk heeft. "


# --- The side of a test -----------------------------------------------------------------


class Nursery:
    """A running nursery."""

    def __init__(self, process: subprocess.Popen):
        self._process = process

    def ask(self, what: str, **options):
        """Have a function of this module run in a process of its own; return what it returns."""
        self._process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("De werkers zijn weggevallen.")
        answer = json.loads(line)
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer["result"]

    def start(self, **options) -> int:
        """Start a worker; return the number of its process."""
        return self.ask("work", **options)


@contextmanager
def nursery(database_url: str, port: int, *, connections: int = 8):
    """Start a nursery for a database and a mail server, and end it with all its workers."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{ROOT}/site",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url,
        "PGAPPNAME": APPLICATION,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "POST_TRANSPORT": "smtp",
        "POST_CONNECTIONS": str(connections),
        "BASE_URL": "https://www.example.org",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.post.nursery"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Nursery(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()


def kill(*pids: int, how: int = signal.SIGKILL) -> None:
    """Send a signal to workers; after SIGKILL and SIGTERM they are gone."""
    for pid in pids:
        os.kill(pid, how)
    if how in (signal.SIGKILL, signal.SIGTERM):
        for pid in pids:
            wait_for(pid)


def wait_for(pid: int, seconds: float = 120) -> None:
    """Wait until a worker is gone."""
    deadline = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > deadline:
            raise RuntimeError("De werker stopt niet.")
        time.sleep(0.005)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Accounts:
    """What the table says beside what the mail server really took."""

    def __init__(self, states: dict[str, str], took: list[str]):
        taken = Counter(took)
        self.doubles = sum(number - 1 for number in taken.values())
        self.uncertain = sum(state == "onzeker" for state in states.values())
        self.wrong = [
            (address, state)
            for address, state in states.items()
            if state not in ("verzonden", "onzeker")
            or (state == "verzonden" and not taken[address])
        ] + [(address, "onbekend") for address in taken if address not in states]

    @property
    def unaccounted(self) -> int:
        """Said to have left and never taken, or taken and not known to have left."""
        return len(self.wrong)


# --- What runs in a process of its own -----------------------------------------------------


def migrate():
    from django.core.management import call_command

    call_command("migrate", "post", verbosity=0, interactive=False)


def prepare(number: int, *, size: int = 1000, policy: str = "hoogstens-eens", key: str = "n:1"):
    """Queue one message of about `size` bytes to `number` people; return the seconds it took."""
    from post import services
    from post.freezing import freeze_parts

    frozen = freeze_parts("Nieuws over vrije tijd", text_of(size), html_of(size))
    message = services.prepare_bulk(
        key=key, kind="nieuwsbrief", frozen=frozen, policy=policy, headers=HEADERS
    )
    started = time.perf_counter()
    services.queue_bulk(message, (reader(index) for index in range(number)))
    return {"seconds": time.perf_counter() - started, "mb": peak_mb(os.getpid())}


def send_with_django(number: int, *, size: int = 39_000) -> float:
    """Send as a plain Django site does, over one connection; return the seconds it took."""
    from django.core.mail import EmailMultiAlternatives, get_connection

    from post.mime import fill_html, fill_text

    text, html = text_of(size), html_of(size)
    started = time.perf_counter()
    with get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
        for index in range(number):
            person = reader(index)
            mail = EmailMultiAlternatives(
                "Nieuws over vrije tijd",
                fill_text(text, person.gegevens),
                "noreply@www.example.org",
                [f"{person.naam} <{person.adres}>"],
                connection=connection,
                headers={key: fill_text(value, person.gegevens) for key, value in HEADERS.items()},
            )
            mail.attach_alternative(fill_html(html, person.gegevens), "text/html")
            mail.send()
    return time.perf_counter() - started


def text_of(size: int) -> str:
    return "Dag ⟦naam⟧\n\n" + PARAGRAPH * (size // 10 // len(PARAGRAPH))


def html_of(size: int) -> str:
    body = f"<p style='margin:0'>{PARAGRAPH}</p>\n"
    return f"<html lang='nl-BE'><p>Dag ⟦naam⟧</p>{body * (size * 9 // 10 // len(body))}</html>"


HEADERS = {
    "List-Unsubscribe": "<https://www.example.org/uitschrijven/⟦sleutel⟧/>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def reader(index: int):
    from post.services import Ontvanger

    return Ontvanger(
        f"lezer{index}@example.org",
        naam=f"Lezer {index}",
        gegevens={"naam": f"Lezer {index}", "sleutel": f"{index:032x}"},
    )


def states():
    """Return the state of every delivery, by address."""
    from post.models import Levering

    return dict(Levering.objects.values_list("adres", "staat"))


def count():
    """Return how many deliveries are in each state."""
    from django.db.models import Count

    from post.models import Levering

    return dict(Levering.objects.values_list("staat").annotate(number=Count("pk")))


def settled():
    """Wait until the server has let go of every worker that was killed.

    A commit that a worker sent with its last breath is still carried out: counting before that
    would see the end of one group and not the stamps of the next.
    """
    from django.db import connection

    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE application_name = %s AND pid <> pg_backend_pid()",
                [APPLICATION],
            )
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > deadline:
                raise RuntimeError("De databank laat een dode werker niet los.")
            time.sleep(0.01)


def counts_are_right():
    from tests.post.mails import refuse_wrong_counts

    refuse_wrong_counts()


def empty():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE post_bericht, post_onderdrukking, post_doorgang CASCADE")


def expire_leases():
    """Let the lease of workers that are all dead run out, without waiting for it."""
    from post.models import Levering
    from post.states import Staat

    busy = Levering.objects.filter(staat__in=[Staat.BEZIG, Staat.GENOMEN])
    busy.update(pacht_tot="2000-01-01T00:00:00Z")


def work(*, lease: float | None = None, stamps: bool = True, until_empty: bool = False):
    """Be a worker, until somebody ends it."""
    import datetime

    from post.engine import queue, worker
    from post.transports import make_transport

    if lease:
        queue.LEASE = datetime.timedelta(seconds=lease)
        worker.REAP_SECONDS = lease / 4
        worker.HAND_OVER_SECONDS = lease / 4
        worker.TAKE_ANEW_SECONDS = lease / 3
        worker.IDLE_SECONDS = worker.DATABASE_AWAY_SECONDS = 0.1
    this = worker.Worker(make_transport(), stamps=stamps)
    signal.signal(signal.SIGTERM, lambda *_: this.stop())
    this.run(until_empty=until_empty)


def peak_mb(pid: int) -> float:
    """Return the most memory that a process has used."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def main():
    import django

    django.setup()
    # Imported now, so that a worker does not lose time on it.
    import post.engine.worker
    import post.transports.smtp  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        function = globals()[order.pop("do")]
        pid = os.fork()
        if pid:
            if function is work:
                print(json.dumps({"result": pid}), flush=True)  # noqa: T201
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run_copy(function, order)


def run_copy(function, order):
    """Run a function in a copy of this process, and end the copy."""
    code = 0
    try:
        result = function(**order)
        answer = {"result": result}
    except Exception:
        code, answer = 1, {"fault": traceback.format_exc()}
        if function is work:
            sys.stderr.write(answer["fault"])
    if function is not work:
        print(json.dumps(answer), flush=True)  # noqa: T201
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
