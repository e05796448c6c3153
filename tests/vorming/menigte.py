"""A crowd on one session: real processes with threads, each with a connection of its own.

`python -m tests.vorming.menigte '{"wat": "storm", ...}'` does one of the functions below on the
database of DATABASE_URL and prints what became of it as JSON. Only from here can the lock be
switched off, to show that a test without it would notice.
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import nullcontext

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def ask(database_url: str, wat: str, *, keer: int = 1, **options) -> list[dict]:
    """Have a crowd do something so many times, from a test; return what became of it each time."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.vorming.menigte",
            json.dumps({"wat": wat, "keer": keer, **options}),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT}/site",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    # What pytest shows when the outcome is not what was expected.
    sys.stderr.write(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


# --- The side of the crowd ----------------------------------------------------------------


def at_once(jobs, *, processes=4, threads=4) -> Counter:
    """Run all jobs, begun at the same moment; return how often each outcome came."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes * threads)
    results = context.SimpleQueue()
    shares = [jobs[start :: processes * threads] for start in range(processes * threads)]

    def process(mine):
        found: Counter = Counter()
        running = [threading.Thread(target=thread, args=(barrier, share, found)) for share in mine]
        for one in running:
            one.start()
        for one in running:
            one.join()
        results.put(found)

    running = [
        context.Process(target=process, args=(shares[number * threads : (number + 1) * threads],))
        for number in range(processes)
    ]
    for one in running:
        one.start()
    total: Counter = Counter()
    for _ in running:
        total += results.get()
    for one in running:
        one.join()
    return total


def thread(barrier, jobs, found):
    from django.db import connection

    barrier.wait(60)
    for job in jobs:
        try:
            outcome = job() or "gelukt"
        except Exception as fault:
            outcome = type(fault).__name__
            if outcome not in ("NietMogelijk", "OngeldigeOvergang", "Volzet"):
                sys.stderr.write(traceback.format_exc())
        found[outcome] += 1
    connection.close()


def switch_off(*, lock: bool, seats: bool) -> None:
    """Take away the lock, and the numbers that make two people on one seat impossible."""

    from vorming import slot
    from vorming.models import Sessie
    from vorming.services import basis, inschrijven, wachtlijst

    if lock:
        # Without a transaction SQLite does not wait either.
        slot.transaction = type("None", (), {"atomic": staticmethod(lambda: nullcontext())})
        slot._lees = lambda pk: Sessie.objects.select_related("vorming").get(pk=pk)
    if seats:
        counted = basis.vrije_plaatsen

        def anywhere(sessie):
            return [random.randrange(10**6, 10**9) for _ in counted(sessie)]  # noqa: S311

        def any_number(sessie):
            return random.randrange(1, 10**9)  # noqa: S311

        inschrijven.vrije_plaatsen = wachtlijst.vrije_plaatsen = anywhere
        inschrijven.volgend_nummer = any_number


def outcome(sessie, found: Counter) -> dict:
    """Return everything a test wants to know of a session afterwards."""
    from post.models import Bericht
    from vorming.models import Inschrijving, Logregel, Sessie
    from vorming.services.audit import CONFIRMATIONS, audit

    sessie = Sessie.objects.met_tellingen().get(pk=sessie.pk)
    rows = Inschrijving.objects.filter(sessie=sessie)
    moved = Counter(
        Logregel.objects.filter(sessie=sessie, van="wachtlijst").values_list(
            "inschrijving", flat=True
        )
    )
    waiting = list(rows.filter(staat="wachtlijst").order_by("volgnummer"))
    confirmations = Counter(
        key.split(":")[2]
        for key in Bericht.objects.filter(
            soort__in=[f"vorming/{kind}" for kind in CONFIRMATIONS]
        ).values_list("sleutel", flat=True)
    )
    mine = {str(uid) for uid in rows.values_list("uid", flat=True)}
    return {
        "uitkomsten": dict(found),
        "staten": dict(Counter(rows.values_list("staat", flat=True))),
        "bezet": sessie.bezet,
        "te_veel": max(0, sessie.bezet - sessie.capaciteit),
        "leeg": sessie.vrij if waiting else 0,
        "dubbel_doorgeschoven": sum(number - 1 for number in moved.values()),
        "in_volgorde": [one.pk for one in waiting] == sorted(one.pk for one in waiting),
        "dubbel_bevestigd": sum(confirmations[uid] - 1 for uid in mine if confirmations[uid] > 1),
        "nummers": [one.volgnummer for one in waiting],
        "mails": Bericht.objects.count(),
        "audit": audit(),
    }


def new_session(**fields):
    from tests.factories import SessieFactory

    return SessieFactory(**fields)


def enroller(sessie, number, **options):
    from tests.vorming.conftest import enrol

    return lambda: enrol(sessie, number, **options) and None


def storm(*, mensen=60, plaatsen=10, lock=True, seats=True):
    """Everybody wants in at the same moment."""
    sessie = new_session(capaciteit=plaatsen)
    switch_off(lock=not lock, seats=not seats)
    found = at_once([enroller(sessie, number) for number in range(mensen)])
    return outcome(sessie, found)


def mix(*, plaatsen=10, vooraf=25, weg=8, erbij=24, lock=True, seats=True):
    """People cancel and others enrol at the same moment."""
    from vorming.models import Inschrijving
    from vorming.services import deelnemer

    sessie = new_session(capaciteit=plaatsen)
    for number in range(vooraf):
        enroller(sessie, number)()
    held = Inschrijving.objects.met_plaats().filter(sessie=sessie).values_list("pk", flat=True)
    jobs = [lambda pk=pk: deelnemer.cancel(pk) and None for pk in list(held)[:weg]]
    jobs += [enroller(sessie, number) for number in range(100, 100 + erbij)]
    random.Random(7).shuffle(jobs)  # noqa: S311
    switch_off(lock=not lock, seats=not seats)
    return outcome(sessie, at_once(jobs))


def same_form(*, vaak=50):
    """One form, sent again and again."""
    import uuid

    sessie = new_session()
    token = uuid.uuid4()
    return outcome(sessie, at_once([enroller(sessie, 1, token=token)] * vaak))


def same_person(*, vaak=50):
    """One person, in another form each time."""
    sessie = new_session()
    return outcome(sessie, at_once([enroller(sessie, 1)] * vaak))


def offer(*, vaak=200, loopt_af=False):
    """Accept, refuse, cancel and lapse an offer at once; `loopt_af`: while its time runs out."""
    import datetime

    from core import clock
    from vorming.models import Inschrijving
    from vorming.services import deelnemer, wachtlijst, werk

    sessie = new_session(capaciteit=1, doorschuiven="aanbod")
    for number in range(4):
        enroller(sessie, number)()
    first = Inschrijving.objects.met_plaats().get(sessie=sessie)
    deelnemer.cancel(first.pk)
    offered = Inschrijving.objects.get(sessie=sessie, staat="aangeboden").pk
    answers = [
        lambda: wachtlijst.accept(offered) and None,
        lambda: wachtlijst.decline(offered) and None,
        lambda: deelnemer.cancel(offered) and None,
    ]
    if loopt_af:
        end = clock.now() + datetime.timedelta(seconds=2)
        Inschrijving.objects.filter(pk=offered).update(aanbod_tot=end)
        # Some just before it ends, some just after.
        answers = [lambda: _around(end) or (wachtlijst.accept(offered) and None)] * 3
    jobs = [*answers, lambda: (_around(end) if loopt_af else None) or (werk.move_up() and None)]
    found = outcome(sessie, at_once(jobs * (vaak // len(jobs))))
    found["afloop"] = Inschrijving.objects.get(pk=offered).staat
    return found


def _around(end):
    """Wait for a moment near `end`, on either side."""
    from core import clock

    left = (end - clock.now()).total_seconds() + random.uniform(-0.1, 0.1)  # noqa: S311
    time.sleep(max(0, left))


def cross(*, mensen=12):
    """People are moved from one session to another and the other way, and rooms change."""
    from django.contrib.auth.models import User

    from vorming.models import Inschrijving
    from vorming.services import sessies, verplaatsen
    from vorming.services.basis import redactie

    door = redactie(User.objects.get_or_create(username="menigte")[0])
    one, other = new_session(capaciteit=6), new_session(capaciteit=6)
    for number in range(mensen):
        enroller(one, number)()
        enroller(other, 100 + number)()

    def mover(pk, target):
        return lambda: verplaatsen.move(pk, target, door=door) and None

    jobs = []
    for sessie, target in ((one, other), (other, one)):
        keys = Inschrijving.objects.filter(sessie=sessie).values_list("pk", flat=True)
        jobs += [mover(pk, target.pk) for pk in keys]
    jobs += [
        lambda room=room: sessies.set_capacity(one.pk, room, door=door) and None
        for room in (4, 8, 5, 6)
    ]
    random.Random(7).shuffle(jobs)  # noqa: S311
    return outcome(one, at_once(jobs))


def one_request(*, mensen=8, lock=True):
    """People of one request are replaced at the same moment, in two sessions."""
    from django.contrib.auth.models import User

    from tests.vorming.conftest import enrol, persoon
    from vorming.models import Inschrijving
    from vorming.services import basis, deelnemer, verplaatsen
    from vorming.services.basis import redactie

    door = redactie(User.objects.get_or_create(username="menigte")[0])
    here, there = new_session(capaciteit=mensen), new_session(capaciteit=mensen)
    enrol(here, *range(1, mensen + 1))
    keys = Inschrijving.objects.filter(sessie=here).order_by("pk").values_list("pk", flat=True)
    for pk in list(keys)[::2]:
        verplaatsen.move(pk, there.pk, door=door)
    held = Inschrijving.objects.met_plaats().filter(sessie__in=[here, there]).order_by("pk")
    if not lock:
        basis.vergrendel = lambda aanvragen: None

    def replacer(pk):
        return lambda: deelnemer.swap(pk, persoon=persoon(100 + pk), door=door) and None

    found = at_once([replacer(pk) for pk in held.values_list("pk", flat=True)])
    return outcome(here, found)


def busy():
    """Somebody holds the lock too long: the other hears that it is busy, and nothing is stored."""
    from django.db import connection

    from vorming import slot
    from vorming.models import Aanvraag

    sessie = new_session()
    slot.WACHTTIJD = "200ms"
    taken, done = threading.Event(), threading.Event()

    def hold():
        with slot.met_sessie(sessie.pk):
            taken.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(30)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout=200")
    try:
        enroller(sessie, 1)()
        said = ""
    except slot.EvenDruk as fault:
        said = str(fault)
    done.set()
    holder.join()
    stored = Aanvraag.objects.count()
    enroller(sessie, 1)()
    return {"gezegd": said, "bewaard": stored, **outcome(sessie, Counter())}


def busy_form():
    """Somebody sends the form while another holds the lock, and once more when it is free."""
    import uuid
    from datetime import timedelta

    from django.db import connection
    from django.test import Client

    from core import clock
    from core.public_forms import SEAL, Seal
    from vorming import slot
    from vorming.forms.inschrijven import InschrijfForm
    from vorming.models import Aanvraag

    sessie = new_session()
    slot.WACHTTIJD = "200ms"
    seal = Seal(uuid.uuid4(), clock.now() - timedelta(minutes=1)).write(InschrijfForm.purpose)
    form = {
        SEAL: seal, "aantal": "0", "voornaam": "Sara1", "naam": "Voorbeeld", "zelf": "ja",
        "e_mail": "sara1@example.org", "organisatie": "Onze stad", "gemeente": "Gent",
        "soort_organisatie": "lokaal-bestuur", "actie": "bevestigen",
    }  # fmt: skip
    client, address = Client(), f"/inschrijven/{sessie.pk}/"
    taken, done = threading.Event(), threading.Event()

    def hold():
        with slot.met_sessie(sessie.pk):
            taken.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(30)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout=200")
    refused = client.post(address, form)
    stored = Aanvraag.objects.count()
    done.set()
    holder.join()
    accepted = client.post(address, form)
    return {
        "geweigerd": refused.status_code,
        "gezegd": "Het is even druk." in refused.content.decode(),
        "bewaard": stored,
        "formulier": [name for name, value in form.items() if value in refused.content.decode()],
        "velden": list(form),
        "aanvaard": accepted.status_code,
        **outcome(sessie, Counter()),
    }


def killed():
    """A process is killed in the middle of a promotion; the next tick does it whole."""
    from django.db import connections

    from vorming.models import Inschrijving
    from vorming.services import deelnemer, wachtlijst, werk

    sessie = new_session(capaciteit=2)
    for number in range(6):
        enroller(sessie, number)()
    held = Inschrijving.objects.met_plaats().filter(sessie=sessie).order_by("pk").first()
    connections.close_all()
    pid = os.fork()
    if not pid:
        wachtlijst.berichten.na_doorschuiven = lambda one: os.kill(os.getpid(), signal.SIGKILL)
        deelnemer.cancel(held.pk)
    _, status = os.waitpid(pid, 0)
    between = outcome(sessie, Counter())
    deelnemer.cancel(held.pk)
    werk.move_up()
    return {"gedood": os.WTERMSIG(status), "tussen": between, "na": outcome(sessie, Counter())}


def make(*, aantal: int, plaatsen: int) -> list[int]:
    """Make sessions for people who come over HTTP (tests/bench)."""
    return [new_session(capaciteit=plaatsen).pk for _ in range(aantal)]


def look(*, sessies: list[int]) -> list[dict]:
    """Say how sessions are after people came over HTTP."""
    from vorming.models import Sessie

    return [outcome(Sessie.objects.get(pk=pk), Counter()) for pk in sessies]


def clean_up():
    """Remove what the crowd left in a database that others use too."""
    from core.models import Poging
    from tests.post.conftest import empty_mail_room
    from vorming import models

    models.Logregel.objects.all().delete()
    models.Workshopkeuze.objects.all().delete()
    models.BijzondereNood.objects.all().delete()
    models.Inschrijving.objects.update(vervangt=None)
    models.Inschrijving.objects.all().delete()
    models.Aanvraag.objects.all().delete()
    models.Sessiedag.objects.all().delete()
    models.Sessie.objects.all().delete()
    Poging.objects.all().delete()
    empty_mail_room()


def main():
    import django

    django.setup()
    from vorming import slot

    # A slow machine is not what is looked at; who is, sets her own.
    slot.WACHTTIJD = "60s"
    order = json.loads(sys.argv[1])
    function, times = globals()[order.pop("wat")], order.pop("keer")
    print(json.dumps([function(**order) for _ in range(times)]))  # noqa: T201


if __name__ == "__main__":
    main()
