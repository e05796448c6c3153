"""What the mail room can do, beside Django's own backend, on a PostgreSQL that keeps its word.

Sizes come from the environment: BENCH_FULL=1 prepares a million deliveries instead of 200,000.
"""

import os
import random
import statistics
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.post.cluster import Cluster
from tests.post.nursery import Accounts, is_running, kill, nursery, peak_mb
from tests.post.servers import running

FULL = os.environ.get("BENCH_FULL") == "1"
SIZE = 39_000
WORKERS = 2
CONNECTIONS = 32
# Into the fast sink.
MAILS = int(os.environ.get("BENCH_MAILS", "20000"))
BASELINE_MAILS = MAILS // 8
ROUNDS = 3
# Over a relay that takes its time.
DELAY = 0.02
SLOW_CONNECTIONS = 64
SLOW_MAILS = 10_000
SLOW_BASELINE_MAILS = 300
# Preparing.
MANY = 1_000_000 if FULL else 200_000
FEW = MANY // 10
MEMORY_SECONDS = 15
# Killing.
KILL_MAILS = MAILS
KILLS = 20
# As long as a run may take before it is called stuck.
PATIENCE = 300


def measure() -> list[dict]:
    """Return the figures of the mail room."""
    with Cluster() as cluster:
        with room(cluster) as (_, home):
            home.ask("migrate")
        rows = speed(cluster) + slow_relay(cluster) + preparing(cluster)
        return rows + killing(cluster)


@contextmanager
def room(cluster, *sink, connections=CONNECTIONS):
    """Start a mail server and a nursery for workers; yield both."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("tests.bench.sink", Path(folder), *sink) as server,
        nursery(cluster.url, server.port, connections=connections) as home,
    ):
        yield server, home


def speed(cluster) -> list[dict]:
    """Compare with Django's backend, in turns, so that what slows the machine slows both."""
    ours, theirs = [], []
    with room(cluster, "--quiet") as (_, home):
        for _ in range(ROUNDS):
            theirs.append(BASELINE_MAILS / home.ask("send_with_django", number=BASELINE_MAILS))
            ours.append(send_all(home, MAILS))
    rate, base = statistics.median(ours), statistics.median(theirs)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return [
        {
            "name": "post.ratio_to_django",
            "value": round(statistics.median(ratios), 2),
            "unit": "x",
            "against": f"SMTP-backend van Django, een verbinding, {base:.0f} mails/s",
            "note": f"mails van {SIZE // 1000} kB, elke ontvanger duurzaam vastgelegd",
        },
        {
            "name": "post.mails_per_s",
            "value": round(rate),
            "unit": "mails/s",
            "against": "listmonk op deze machine, 2830 mails/s",
            "note": f"{WORKERS} werkers, elk {CONNECTIONS} verbindingen, mediaan van {ROUNDS}",
        },
    ]


def send_all(home, number) -> float:
    """Prepare a message for `number` people and send it; return mails a second."""
    home.ask("empty")
    home.ask("prepare", number=number, size=SIZE)
    started = time.perf_counter()
    workers = [home.start(until_empty=True) for _ in range(WORKERS)]
    wait_until(lambda: not any(is_running(worker) for worker in workers))
    seconds = time.perf_counter() - started
    found = home.ask("count")
    if found != {"verzonden": number}:
        raise RuntimeError(f"Niet alles vertrok: {found}.")
    return number / seconds


def slow_relay(cluster) -> list[dict]:
    with room(cluster, "--quiet", "--delay", str(DELAY), connections=SLOW_CONNECTIONS) as (_, home):
        theirs = SLOW_BASELINE_MAILS / home.ask("send_with_django", number=SLOW_BASELINE_MAILS)
        ours = send_all(home, SLOW_MAILS)
    return [
        {
            "name": "post.ratio_slow_relay",
            "value": round(ours / theirs, 1),
            "unit": "x",
            "against": f"een verbinding, {theirs:.1f} mails/s",
            "note": f"relay met {DELAY * 1000:.0f} ms per mail; {ours:.0f} mails/s over "
            f"{WORKERS} x {SLOW_CONNECTIONS} verbindingen",
        }
    ]


def preparing(cluster) -> list[dict]:
    """Prepare few and many, and send of the many for a while."""
    with room(cluster, "--quiet") as (_, home):
        home.ask("empty")
        few = home.ask("prepare", number=FEW, size=SIZE)
        home.ask("empty")
        many = home.ask("prepare", number=MANY, size=SIZE)
        workers = [home.start() for _ in range(WORKERS)]
        time.sleep(MEMORY_SECONDS)
        memory = max(peak_mb(worker) for worker in workers)
        kill(*workers)
        home.ask("empty")
    return [
        {
            "name": "post.worker_mb",
            "value": round(memory, 1),
            "unit": "MB",
            "note": f"meeste geheugen van een werker, bij {dotted(MANY)} leveringen",
        },
        {
            "name": "post.prepare_ratio",
            "value": round(many["seconds"] / few["seconds"], 2),
            "unit": "x",
            "against": f"{dotted(FEW)} klaarzetten, {few['seconds']:.1f} s",
            "note": f"{dotted(MANY)} klaarzetten, {many['seconds']:.1f} s; geheugen "
            f"{few['mb']:.0f} en {many['mb']:.0f} MB"
            + ("" if FULL else "; BENCH_FULL=1 neemt er een miljoen"),
        },
    ]


def killing(cluster) -> list[dict]:
    """Kill all workers again and again, and compare the table with what the server took."""
    with room(cluster) as (server, home):
        home.ask("empty")
        home.ask("prepare", number=KILL_MAILS, size=SIZE)
        in_doubt = []
        for turn in range(1, KILLS + 1):
            workers = [home.start() for _ in range(WORKERS)]
            target = turn * KILL_MAILS // (KILLS + 2)
            wait_until(lambda target=target: len(server.took) >= target)
            # Anywhere in a round.
            time.sleep(random.random() / 20)  # noqa: S311
            kill(*workers)
            home.ask("settled")
            # What an earlier kill left in doubt stays so: this one added the rest.
            states = home.ask("count")
            in_doubt.append(states.get("bezig", 0) + states.get("onzeker", 0) - sum(in_doubt))
            home.ask("expire_leases")
        workers = [home.start() for _ in range(WORKERS)]
        wait_until(lambda: not {"wacht", "genomen", "bezig"} & set(home.ask("count")), pause=1)
        kill(*workers)
        home.ask("counts_are_right")
        result = Accounts(home.ask("states"), server.took)
    against = f"{KILLS} keer kill -9 van alle werkers in {KILL_MAILS} mails"
    return [
        {
            "name": "post.kill_doubles",
            "value": result.doubles,
            "unit": "mails",
            "against": against,
        },
        {
            "name": "post.kill_unaccounted",
            "value": result.unaccounted,
            "unit": "mails",
            "against": against,
        },
        {
            "name": "post.kill_uncertain_max",
            "value": max(in_doubt),
            "unit": "mails",
            "against": f"{WORKERS * CONNECTIONS} open verbindingen",
            "note": f"hoogste per keer; samen {result.uncertain} onzeker",
        },
    ]


def dotted(number: int) -> str:
    """Return a number as Dutch writes it."""
    return f"{number:,}".replace(",", ".")


def wait_until(condition, pause=0.01) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("De postkamer staat stil.")
        time.sleep(pause)
