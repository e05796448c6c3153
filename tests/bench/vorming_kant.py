"""The side of the site in the measurements of the training offer, in a process of its own.

`ask` runs one of the functions below on a database and returns what it found.
"""

import functools
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path

from django.conf import settings

ROUNDS = 100
WARM_UP = 10
# The rounds of one session: people come for few places, not for thousands.
PER_SESSION = 20
SESSIONS, PEOPLE = 30, 60


def ask(url: str, what: str, **options) -> dict:
    """Do one of the functions below on a database; return what it found."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.vorming_kant", json.dumps({"what": what, **options})],
        cwd=settings.ROOT,
        env={**os.environ, "BENCH_DATABASE_URL": url, "TRUSTED_PROXIES": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def compare_post() -> dict:
    """Return the median seconds of an enrolment by form and of a bare insert, in turns."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories import SessieFactory

    posts, bares = [], []
    for number in range(WARM_UP + ROUNDS):
        if number % PER_SESSION == 0:
            sessie, other = SessieFactory(), SessieFactory()
            enrol(sessie, 10_000 + number)
            enrol(other, 10_000 + number)
            aanvraag = other.aanvragen.get()
        started = time.perf_counter()
        insert(other, number, aanvraag)
        between = time.perf_counter()
        enrol(sessie, number)
        ended = time.perf_counter()
        if number >= WARM_UP:
            bares.append(between - started)
            posts.append(ended - between)
    with CaptureQueriesContext(connection) as captured:
        enrol(sessie, 20_000)
    return {
        "post": statistics.median(posts),
        "bare": statistics.median(bares),
        "queries": len(captured),
    }


def insert(sessie, number, aanvraag):
    """Insert one row under the lock, and nothing else."""
    from vorming.models import Inschrijving
    from vorming.slot import met_sessie

    with met_sessie(sessie.pk) as locked:
        Inschrijving.objects.create(
            sessie=locked,
            aanvraag=aanvraag,
            regel=1000 + number,
            voornaam=f"Sara{number}",
            naam="Voorbeeld",
            e_mail=f"sara{number}@example.org",
            sleutel=f"kaal-{number}",
            staat="bevestigd",
            plaats=1000 + number,
        )


@functools.cache
def browser():
    """Return one client for all: a new one would start the site anew every time."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"})


def enrol(sessie, number):
    """Send the form as a browser does: checked, stored, written down, a mail queued."""
    import datetime

    from core import clock
    from core.public_forms import SEAL, Seal
    from tests.bench.klanten import form_data
    from vorming.forms.inschrijven import InschrijfForm

    seal = Seal(uuid.uuid4(), clock.now() - datetime.timedelta(minutes=1))
    answer = browser().post(
        f"/inschrijven/{sessie.pk}/",
        {**form_data(number), SEAL: seal.write(InschrijfForm.purpose)},
        headers={"x-forwarded-for": f"10.0.{number // 250 % 250}.{number % 250}"},
    )
    if answer.status_code != 302:
        raise RuntimeError(f"Inschrijven antwoordt {answer.status_code}.")


def course_page_queries() -> tuple[int, int]:
    """Return the queries of a course page with one empty session, and with many full ones."""
    from tests.bench.bench_pages import count_queries
    from tests.factories import SessieFactory
    from vorming.models import VormingPage

    page = VormingPage.objects.filter(locale__language_code="nl", live=True).first()
    address = page.relative_url(page.get_site())
    SessieFactory(vorming=page)
    few = count_queries(address)
    for number in range(SESSIONS):
        sessie = SessieFactory(vorming=page, over=30 + number)
        people(sessie, PEOPLE)
    return few, count_queries(address)


def people(sessie, number):
    """Put people in a session: half as many again as there are places."""
    from vorming.models import Aanvraag, Inschrijving, Sessie, VormingPage

    page = VormingPage.objects.get(pk=sessie.vorming_id)
    questions = [(str(block.id), block.value["vraag"]) for block in page.vragen]
    questions = questions or [(uuid.uuid4().hex, "Hoelang werk je al in het netwerk?")]
    request = Aanvraag.objects.create(
        sessie=sessie, organisatie=f"Voorbeeldgemeente {sessie.pk}", gemeente="Voorbeeldgem"
    )
    Inschrijving.objects.bulk_create(
        [
            Inschrijving(
                sessie=sessie,
                aanvraag=request,
                regel=row,
                voornaam=f"Sara{row}",
                naam="Voorbeeld",
                e_mail=f"sara{row}@example.org",
                e_mail_norm=f"sara{row}@example.org",
                sleutel=f"sara{row}@example.org|{row}",
                staat="bevestigd" if row <= sessie.capaciteit else "wachtlijst",
                plaats=row if row <= sessie.capaciteit else None,
                volgnummer=row if row > sessie.capaciteit else None,
                antwoorden=[
                    {"sleutel": key, "vraag": label, "waarde": "Minder dan een jaar"}
                    for key, label in questions
                ],
            )
            for row in range(1, number + 1)
        ],
        batch_size=1000,
    )
    # As enrolling would: the audit of another part looks at these too.
    Sessie.objects.filter(pk=sessie.pk).update(volgnummer_teller=number)


def fill() -> None:
    """Put in sessions of a thousand people each."""
    from tests.factories import SessieFactory

    people(SessieFactory(capaciteit=900), 1000)


def lists(*, number: int) -> dict:
    """Return what lists of so many people cost: memory above that of a short list, and seconds."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse

    from tests.post.nursery import peak_mb
    from vorming.beheer import uitvoer
    from vorming.models import Inschrijving

    # That limit is for the patience of a browser; memory must hold beyond it.
    uitvoer.MEESTE_REGELS_EXCEL = number * 2
    while Inschrijving.objects.count() < number:
        fill()
    user = User.objects.create_superuser(f"meter{number}", password=uuid.uuid4().hex)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    first = Inschrijving.objects.first()
    listed = reverse("vorming_inschrijvingen:list")
    started = time.perf_counter()
    found: dict = {"queries": list_queries(client, listed)}
    found["page_seconds"] = (time.perf_counter() - started) / 2
    for form in ("csv", "xlsx"):
        # The first time, everything that is needed is loaded.
        take(client, formaat=form, sessie=first.sessie_id)
        gc.collect()
        before = forget_peak()
        started = time.perf_counter()
        size = take(client, formaat=form)
        found[form] = {
            "mb": peak_mb(os.getpid()) - before,
            "seconds": time.perf_counter() - started,
            "size": size,
        }
    return found


def list_queries(client, address) -> int:
    """Count the queries of a list of the admin."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if client.get(address).status_code != 200:
        raise RuntimeError(f"{address} is er niet.")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def take(client, **choice) -> int:
    """Download a list as far as its last byte; return how many bytes it was."""
    answer = client.post("/admin/vorming/uitvoer/", {"wat": "personen", **choice})
    if "attachment" not in answer.get("Content-Disposition", ""):
        raise RuntimeError(f"De lijst antwoordt {answer.status_code}.")
    size = sum(len(part) for part in answer.streaming_content)
    answer.close()
    return size


def forget_peak() -> float:
    """Forget the highest use of memory so far; return the use of now, in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def main():
    import django

    django.setup()
    order = json.loads(sys.argv[1])
    print(json.dumps(globals()[order.pop("what")](**order)))


if __name__ == "__main__":
    main()
