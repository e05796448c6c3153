"""Whether a place is ever sold twice, and what enrolling and its lists cost.

Parts: storm, mix, post_ratio, course_page, export (`python -m tests.bench vorming.storm`).
"""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tests.bench import klanten, vorming_kant
from tests.bench.bench_post import dotted
from tests.bench.running_site import serve
from tests.post.cluster import Cluster
from tests.vorming import menigte

PLACES, CLIENTS, BURSTS = 25, 200, 10
CONTROLS = 2
# Workers with threads: so many people are helped at the same moment.
SERVER: dict = {"workers": 2, "threads": 8}
LOCKLESS = "tests.bench.zonder_slot:application"
BEFORE, LEAVE, JOIN = 60, 20, 60
FEW, MANY = 10_000, 100_000


def measure() -> list[dict]:
    """Return all figures of the training offer."""
    with databases() as urls:
        return [*_storm(urls), *_mix(urls), *_post_ratio(urls), *course_page(), *_export(urls)]


def storm() -> list[dict]:
    """Return only the figures of the storms on few places."""
    with databases() as urls:
        return _storm(urls)


def mix() -> list[dict]:
    """Return only the figures of cancels and enrolments at once."""
    with databases() as urls:
        return _mix(urls)


def post_ratio() -> list[dict]:
    """Return only what one enrolment costs."""
    with databases() as urls:
        return _post_ratio(urls)


def export() -> list[dict]:
    """Return only what a list of everybody costs."""
    with databases("sqlite") as urls:
        return _export(urls)


@contextmanager
def databases(*names: str) -> Iterator[dict[str, str]]:
    """Yield the address of a loaded database of each kind: PostgreSQL, and SQLite."""
    names = names or ("postgres", "sqlite")
    urls = {}
    if "sqlite" in names:
        path = settings.VAR / "bench-vorming.sqlite3"
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        with sqlite3.connect(settings.BENCH_DATABASE) as loaded, sqlite3.connect(path) as copy:
            loaded.backup(copy)
        copy.close()
        urls["sqlite"] = f"sqlite:///{path}"
    if "postgres" not in names:
        yield urls
        return
    with Cluster() as cluster:
        environment = {**os.environ, "BENCH_DATABASE_URL": cluster.url}
        for command in ("migrate", "load_content"):
            subprocess.run(
                [sys.executable, "manage.py", command, "--verbosity=0"],
                cwd=settings.ROOT,
                env=environment,
                check=True,
            )
        yield {"postgres": cluster.url, **urls}


# --- Nobody twice ------------------------------------------------------------------------


def _storm(urls) -> list[dict]:
    """Let 200 people enrol for 25 places at once, again and again, on real server processes."""
    rows, errors = [], Counter()
    for name, url in urls.items():
        faults, slowest, after = _bursts(url, BURSTS)
        control = _bursts(url, CONTROLS, application=LOCKLESS)[2]
        if not any(one["te_veel"] for one in control):
            raise RuntimeError(f"Zonder slot verkocht {name} niets dubbel: de meting is blind.")
        for one in after:
            _refuse_wrong_outcome(one, faults)
        errors += faults
        rows.append(
            {
                "name": f"vorming.oversold_{name}",
                "value": sum(one["te_veel"] for one in after),
                "unit": "plaatsen",
                "against": "zonder slot "
                + " en ".join(str(one["te_veel"]) for one in control)
                + f" te veel in {CONTROLS} stormen",
                "note": f"{BURSTS} stormen van {CLIENTS} op {PLACES} plaatsen, telkens "
                f"{CLIENTS - PLACES} in volgorde op de wachtlijst; traagste {slowest:.1f} s",
            }
        )
    errors_row = {
        "name": "vorming.errors",
        "value": sum(errors.values()),
        "unit": "fouten",
        "note": f"van {len(urls) * BURSTS * CLIENTS} mensen, elk met formulier en antwoord"
        + "".join(f"; {number} keer {kind}" for kind, number in errors.items()),
    }
    return [*rows, errors_row]


def _bursts(url, number, **server):
    """Return the faults that people saw, the slowest answer, and how each session is after it."""
    faults, slowest = Counter(), 0.0
    sessions = menigte.ask(url, "make", aantal=number, plaatsen=PLACES)[0]
    with serve(**SERVER, **server, BENCH_DATABASE_URL=url, TRUSTED_PROXIES="1") as connection:
        for sessie in sessions:
            found, seconds = klanten.burst(connection.port, sessie, CLIENTS)
            faults += found
            slowest = max(slowest, seconds)
    return faults, slowest, menigte.ask(url, "look", sessies=sessions)[0]


def _refuse_wrong_outcome(one, faults) -> None:
    """Stop when a storm left anything but full places and a whole queue in order."""
    states, waiting = one["staten"], len(one["nummers"])
    expected = {"bevestigd": PLACES, "wachtlijst": CLIENTS - PLACES}
    # Who read a fault is not in: that is counted, and no reason to stop.
    if (states != expected and not faults) or one["bezet"] != PLACES:
        raise RuntimeError(f"Na een storm: {states} in plaats van {expected}.")
    if one["nummers"] != list(range(1, waiting + 1)) or not one["in_volgorde"] or one["audit"]:
        raise RuntimeError(f"Na een storm klopt de wachtlijst niet: {one['audit']}.")


def _mix(urls) -> list[dict]:
    """Let 20 people cancel and 60 enrol at once in a full session, again and again."""
    doubles = empty = faults = 0
    for url in urls.values():
        done = menigte.ask(
            url, "mix", keer=BURSTS, plaatsen=PLACES, vooraf=BEFORE, weg=LEAVE, erbij=JOIN
        )
        for one in done:
            doubles += one["dubbel_doorgeschoven"] + one["dubbel_bevestigd"]
            empty += one["leeg"]
            faults += sum(one["uitkomsten"].values()) - one["uitkomsten"].get("gelukt", 0)
            if one["audit"]:
                raise RuntimeError(f"De audit vindt: {one['audit']}.")
    if faults:
        raise RuntimeError(f"{faults} keer lukte inschrijven of annuleren niet.")
    against = (
        f"{BURSTS} keer {LEAVE} annuleren en {JOIN} inschrijven tegelijk, {len(urls)} databanken"
    )
    return [
        {"name": "vorming.double_mails", "value": doubles, "unit": "mails", "against": against},
        {"name": "vorming.places_empty", "value": empty, "unit": "plaatsen", "against": against},
    ]


# --- What it costs -----------------------------------------------------------------------


def _post_ratio(urls) -> list[dict]:
    """Compare an enrolment with the bare insert under the same lock, in turns."""
    found = {name: vorming_kant.ask(url, "compare_post") for name, url in urls.items()}
    ratios = {name: one["post"] / one["bare"] for name, one in found.items()}
    worst = max(ratios, key=ratios.__getitem__)
    return [
        {
            "name": "vorming.post_ratio",
            "value": round(ratios[worst], 2),
            "unit": "x",
            "against": f"kale insert onder hetzelfde slot, {found[worst]['bare'] * 1000:.2f} ms",
            "note": "; ".join(
                f"{name} {one['post'] * 1000:.1f} ms, {ratios[name]:.1f} x, "
                f"{one['queries']} queries"
                for name, one in found.items()
            ),
        }
    ]


def course_page() -> list[dict]:
    """Return the queries of a course page, with few and with many sessions and people."""
    few, many = vorming_kant.course_page_queries()
    return [
        {
            "name": "vorming.course_page_queries",
            "value": max(few, many),
            "unit": "queries",
            "against": f"een sessie zonder mensen, {few} queries",
            "note": f"{many} queries met {vorming_kant.SESSIONS} sessies van "
            f"{vorming_kant.PEOPLE} mensen",
        }
    ]


def _export(urls) -> list[dict]:
    """Return how much memory a list of 100,000 people takes, beside one of 10,000."""
    few, many = (vorming_kant.ask(urls["sqlite"], "lists", number=one) for one in (FEW, MANY))
    forms = ("csv", "xlsx")
    worst = max(forms, key=lambda form: many[form]["mb"])
    sizes = ", ".join(
        f"{form} {many[form]['size'] / 1e6:.0f} MB groot in {many[form]['seconds']:.0f} s"
        for form in forms
    )
    return [
        {
            "name": "vorming.export_mb",
            "value": round(many[worst]["mb"], 1),
            "unit": "MB",
            "against": f"{dotted(FEW)} inschrijvingen, {few[worst]['mb']:.1f} MB",
            "note": f"wat {dotted(MANY)} inschrijvingen meer vragen dan 1000 ({worst}); {sizes}",
        },
        {
            "name": "vorming.list_queries",
            "value": many["queries"],
            "unit": "queries",
            "against": f"{dotted(FEW)} inschrijvingen, {few['queries']} queries",
            "note": f"lijst van {dotted(MANY)} inschrijvingen, "
            f"{many['page_seconds'] * 1000:.0f} ms, eerder {few['page_seconds'] * 1000:.0f} ms",
        },
    ]
