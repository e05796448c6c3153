"""A crowd at one address: real processes with threads, each with a connection of its own.

`python -m tests.nieuwsbrief.menigte '{"wat": "vijftig"}'` does one of the functions below on the
database of DATABASE_URL, prints what became of it as JSON, and cleans up. Only from here can the
lock be switched off, to show that a test without it would notice.
"""

import json
import os
import subprocess
import sys

from tests.vorming.menigte import ROOT, at_once

ADRES = "menigte@example.org"


def ask(database_url: str, wat: str, **options) -> dict:
    """Have a crowd do something, from a test; return what became of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.nieuwsbrief.menigte", json.dumps({"wat": wat, **options})],
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


# --- The side of the crowd ----------------------------------------------------------------


def switch_off_lock() -> None:
    """Let everybody read a person without waiting for each other, and write at once."""
    from nieuwsbrief.models import Abonnee
    from nieuwsbrief.services import aanmelden, basis

    def op_slot(**wie):
        return Abonnee.objects.filter(**wie).first()

    aanmelden.op_slot = basis.op_slot = op_slot
    # Without a transaction SQLite does not wait either.
    aanmelden.aanmelden = aanmelden.aanmelden.__wrapped__


def vijftig() -> dict:
    """Fifty forms with one address, in small and capital letters, for one list and for two."""
    from nieuwsbrief.models import Lijst
    from nieuwsbrief.services import aanmelden

    lijsten = list(Lijst.objects.te_kiezen())

    def job(number):
        adres = ADRES if number % 2 else ADRES.upper()
        return lambda: aanmelden.aanmelden(
            adres=adres, lijsten=lijsten[: 1 + number % 2], taal="nl"
        )

    return {"uitkomsten": at_once([job(number) for number in range(50)])}


def klikken() -> dict:
    """Sixteen clicks on the button that confirms."""
    from nieuwsbrief.services import aanmelden

    wie = _aangemeld()
    return {"uitkomsten": at_once([lambda: aanmelden.bevestigen(uid=wie.uid) and None] * 16)}


def wissen() -> dict:
    """One click to leave from many sides, while she has everything erased and asks again."""
    from nieuwsbrief.models import Lijst
    from nieuwsbrief.services import aanmelden, privacy, uitschrijven
    from nieuwsbrief.staten import Bron

    wie = _aangemeld()
    aanmelden.bevestigen(uid=wie.uid)
    lijsten = list(Lijst.objects.te_kiezen())
    jobs = []
    for number in range(24):
        lijst = lijsten[number % 2].pk
        jobs.append(
            lambda lijst=lijst: (
                uitschrijven.vertrek(uid=wie.uid, lijst=lijst, bron=Bron.MAIL) and None
            )
        )
        jobs.append(uitschrijven.stuur_afscheid)
        if number % 6 == 0:
            jobs.append(lambda: privacy.erase(ADRES) and None)
    return {"uitkomsten": at_once([_only_faults(job) for job in jobs])}


def _only_faults(job):
    def run():
        job()

    return run


def _aangemeld():
    from nieuwsbrief.models import Abonnee, Lijst
    from nieuwsbrief.services import aanmelden

    aanmelden.aanmelden(adres=ADRES, lijsten=list(Lijst.objects.te_kiezen()), taal="nl")
    return Abonnee.objects.get(adres_norm=ADRES)


def tel() -> dict:
    """Return what is in the database about the crowd."""
    from nieuwsbrief.models import Abonnee, Abonnement, Toestemming, Uitschrijving
    from post.models import Levering

    mails: dict[str, int] = {}
    rows = Levering.objects.filter(adres_norm=ADRES).values_list("bericht__soort", flat=True)
    for soort in rows:
        mails[soort] = mails.get(soort, 0) + 1
    return {
        "abonnees": Abonnee.objects.count(),
        "staten": sorted(Abonnement.objects.values_list("staat", flat=True)),
        "soorten": sorted(Toestemming.objects.values_list("soort", flat=True)),
        "uitschrijvingen": Uitschrijving.objects.count(),
        "mails": mails,
    }


def clean_up() -> None:
    """Take away everything that the crowd left."""
    from nieuwsbrief.models import Abonnee, Uitschrijving
    from post.models import Bericht, Levering, Onderdrukking, Tussenstand

    Abonnee.objects.all().delete()
    Uitschrijving.objects.all().delete()
    Onderdrukking.objects.all().delete()
    Levering.objects.all().delete()
    Tussenstand.objects.all().delete()
    Bericht.objects.all().delete()


def main() -> None:
    import django

    django.setup()
    asked = json.loads(sys.argv[1])
    if not asked.get("slot", True):
        switch_off_lock()
    try:
        done = {"vijftig": vijftig, "klikken": klikken, "wissen": wissen}[asked["wat"]]()
        sys.stdout.write(json.dumps({**done, **tel()}) + "\n")
    finally:
        clean_up()


if __name__ == "__main__":
    main()
