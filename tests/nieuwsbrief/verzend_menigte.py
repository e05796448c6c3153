"""Schedulers at once and a process that is killed, each with a connection of its own.

`python -m tests.nieuwsbrief.verzend_menigte '{"wat": "planners"}'` does one of the functions below
on the database of DATABASE_URL, prints what became of it as JSON, and cleans up.
"""

import datetime
import json
import os
import random
import signal
import subprocess
import sys
import time

from tests.nieuwsbrief.menigte import clean_up
from tests.vorming.menigte import ROOT, at_once

LEZERS = 120
KEREN = 4


def ask(database_url: str, wat: str) -> dict:
    """Have something done by processes of their own, from a test; return what became of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.nieuwsbrief.verzend_menigte", json.dumps({"wat": wat})],
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
    return {**json.loads(done.stdout.splitlines()[-1]), "fouten": done.stderr}


# --- The side of the processes ------------------------------------------------------------


def lezers(number: int, vanaf: int = 0) -> None:
    """Make so many people who are on a list, every third on both."""
    from core import clock
    from nieuwsbrief.models import Abonnee, Abonnement, Lijst
    from nieuwsbrief.staten import Bron, Staat
    from post import addresses

    nu = clock.now() - datetime.timedelta(days=1)
    lijsten = list(Lijst.objects.te_kiezen())
    mensen = Abonnee.objects.bulk_create(
        [
            Abonnee(
                adres=f"lezer{index}@example.org",
                adres_norm=f"lezer{index}@example.org",
                adres_code=addresses.code_of(f"lezer{index}@example.org"),
                domein="example.org",
                aangemaakt_op=nu,
            )
            for index in range(vanaf, vanaf + number)
        ],
        batch_size=5000,
    )
    Abonnement.objects.bulk_create(
        [
            Abonnement(
                abonnee=een,
                lijst=lijst,
                staat=Staat.ACTIEF,
                bron=Bron.SITE,
                sinds=nu,
                bevestigd_op=nu,
            )
            for index, een in enumerate(mensen)
            for lijst in (lijsten if index % 3 == 0 else lijsten[index % 2 : index % 2 + 1])
        ],
        batch_size=5000,
    )


def goedgekeurd():
    """Return a new issue that a second person approved."""
    from nieuwsbrief.models import Lijst, NieuwsbriefPage
    from tests.nieuwsbrief import verzend

    number = NieuwsbriefPage.objects.count()
    page = verzend.schrijf(
        verzend.gebruiker(f"menigte-ann-{number}"), *Lijst.objects.te_kiezen(), nummer=900 + number
    )
    return verzend.keur_goed(page, verzend.gebruiker(f"menigte-bert-{number}"))


def planners() -> dict:
    """Sixteen schedulers find the same plan, and choose its recipients."""
    from core import clock
    from nieuwsbrief.models import Verzending
    from nieuwsbrief.services import verzenden, voorbereiden

    lezers(LEZERS)
    verzending = goedgekeurd()
    verzenden.plan(
        verzending=verzending, moment=clock.now() + datetime.timedelta(hours=1), door=None
    )
    Verzending.objects.filter(pk=verzending.pk).update(gepland_op=clock.now())
    voorbereiden.PER_DEEL = 7

    def tick():
        verzenden.start_geplande()
        voorbereiden.bereid_alles_voor()

    return {"uitkomsten": at_once([tick] * 16), **tel(verzending)}


def klikken() -> dict:
    """Sixteen people press "Verstuur" at once."""
    from nieuwsbrief.services import verzenden, voorbereiden

    lezers(LEZERS)
    verzending = goedgekeurd()

    def press():
        verzenden.start(verzending=verzending, door=None)
        voorbereiden.bereid_voor(verzending.pk)

    outcomes = at_once([press] * 16)
    # On a busy machine the press does not get to the end; the next minute does.
    voorbereiden.bereid_alles_voor()
    return {"uitkomsten": outcomes, **tel(verzending)}


def gedood() -> dict:
    """A process that chooses the recipients is killed again and again."""
    from django.db import connections

    from nieuwsbrief.models import Verzending
    from nieuwsbrief.services import verzenden, voorbereiden

    lezers(LEZERS)
    verzending = goedgekeurd()
    verzenden.start(verzending=verzending, door=None)
    voorbereiden.PER_DEEL = 3
    ooit_halverwege = 0
    for _ in range(KEREN):
        connections.close_all()
        pid = os.fork()
        if not pid:
            voorbereiden.bereid_voor(verzending.pk, 60)
            os._exit(0)
        before = verzending.leveringen
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            verzending = Verzending.objects.get(pk=verzending.pk)
            if verzending.leveringen > before or verzending.staat != "voorbereiden":
                break
        time.sleep(random.random() / 50)  # noqa: S311
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        verzending = Verzending.objects.get(pk=verzending.pk)
        ooit_halverwege += verzending.staat == "voorbereiden"
    voorbereiden.bereid_voor(verzending.pk, 60)
    return {"halverwege": ooit_halverwege, **tel(verzending)}


def tel(verzending) -> dict:
    """Return what is in the database about a sending."""
    from wagtail.models import ModelLogEntry

    from post.models import Levering

    verzending.refresh_from_db()
    verzending.bericht.refresh_from_db()
    adressen = list(
        Levering.objects.filter(bericht=verzending.bericht).values_list("adres_norm", flat=True)
    )
    return {
        "staat": verzending.staat,
        "kandidaten": verzending.kandidaten,
        "leveringen": len(adressen),
        "adressen": len(set(adressen)),
        "verwacht": verzending.bericht.aantal_verwacht,
        "gestart": ModelLogEntry.objects.for_instance(verzending)
        .filter(action="nieuwsbrief.verzending_gestart")
        .count(),
    }


def ruim_op() -> None:
    """Take away everything that this left."""
    from django.contrib.auth.models import User
    from wagtail.models import ModelLogEntry

    from nieuwsbrief.models import NieuwsbriefPage, Verzending

    ModelLogEntry.objects.filter(action__startswith="nieuwsbrief.verzending").delete()
    Verzending.objects.all().delete()
    for page in NieuwsbriefPage.objects.filter(nummer__gte=900):
        page.delete()
    User.objects.filter(username__startswith="menigte-").delete()
    clean_up()


def main() -> None:
    import django

    django.setup()
    wat = json.loads(sys.argv[1])["wat"]
    try:
        done = {"planners": planners, "klikken": klikken, "gedood": gedood}[wat]()
        sys.stdout.write(json.dumps(done) + "\n")
    finally:
        ruim_op()


if __name__ == "__main__":
    main()
