"""An issue through the whole app: workers killed while somebody leaves, and many subscribers.

`python -m tests.bench.verzenden '{"wat": "zet_op"}'` does one of the functions of the second half
on the database of DATABASE_URL, and prints what became of it as JSON. Run a part by hand with
`python -m tests.bench.verzenden '{"wat": "meet", "deel": "klaarzetten"}'`.
"""

import json
import os
import random
import subprocess
import sys
import time

from tests.bench.bench_post import CONNECTIONS, FULL, WORKERS, dotted, room, wait_until
from tests.post.cluster import Cluster
from tests.post.nursery import ROOT, Accounts, kill, peak_mb

LEZERS = int(os.environ.get("BENCH_MAILS", "20000"))
KEREN = int(os.environ.get("BENCH_KILLS", "10"))
VEEL = int(os.environ.get("BENCH_SUBSCRIBERS", "1000000" if FULL else "100000"))


def measure(deel: str = "") -> list[dict]:
    """Return the figures of sending; `deel` is doden or klaarzetten, empty for both."""
    rows = []
    for name, part in (("doden", doden), ("klaarzetten", klaarzetten)):
        if deel in ("", name):
            with Cluster() as cluster:
                rows += part(cluster)
    return rows


def ask(cluster, wat: str, **options) -> dict:
    """Have something done in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.verzenden", json.dumps({"wat": wat, **options})],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT}/site",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": cluster.url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def doden(cluster) -> list[dict]:
    """Kill all workers again and again while one subscriber leaves; account for every address."""
    ask(cluster, "zet_op", aantal=LEZERS)
    klaar = ask(cluster, "zet_klaar")
    with room(cluster) as (server, home):
        for turn in range(1, KEREN + 1):
            workers = [home.start() for _ in range(WORKERS)]
            target = turn * LEZERS // (KEREN + 2)
            wait_until(lambda target=target: len(server.took) >= target)
            time.sleep(random.random() / 20)  # noqa: S311
            kill(*workers)
            home.ask("settled")
            home.ask("expire_leases")
            if turn == (KEREN + 1) // 2:
                vertrok = ask(cluster, "vertrek")["adres"]
        workers = [home.start() for _ in range(WORKERS)]
        wait_until(lambda: not {"wacht", "genomen", "bezig"} & set(home.ask("count")), pause=1)
        kill(*workers)
        home.ask("counts_are_right")
        states, took = home.ask("states"), server.took
    einde = ask(cluster, "volg")
    left = states.pop(vertrok)
    result = Accounts(states, took)
    onverklaard = result.unaccounted + (left != "overgeslagen") + (vertrok in took)
    onverklaard += abs(klaar["kandidaten"] - len(states) - 1)
    against = f"{KEREN} keer kill -9 van alle werkers in {LEZERS} mails, een abonnee vertrekt"
    return [
        {
            "name": "nieuwsbrief.kill_doubles",
            "value": result.doubles,
            "unit": "mails",
            "against": against,
        },
        {
            "name": "nieuwsbrief.kill_unaccounted",
            "value": onverklaard,
            "unit": "mails",
            "against": against,
            "note": f"{result.uncertain} onzeker, hoogstens {KEREN * WORKERS * CONNECTIONS}; "
            f"de brief is {einde['staat']}",
        },
    ]


def klaarzetten(cluster) -> list[dict]:
    """Choose the recipients among few and among many."""
    ask(cluster, "zet_op", aantal=VEEL // 10)
    few = ask(cluster, "zet_klaar")
    ask(cluster, "nog", van=VEEL // 10, tot=VEEL)
    many = ask(cluster, "zet_klaar")
    if many["leveringen"] != VEEL:
        raise RuntimeError(f"Niet iedereen werd klaargezet: {many}.")
    return [
        {
            "name": "nieuwsbrief.prepare_mb",
            "value": round(many["mb"]),
            "unit": "MB",
            "against": f"{dotted(VEEL // 10)} abonnees, {few['mb']:.0f} MB",
            "note": f"{dotted(VEEL)} abonnees in {many['seconden']:.0f} s"
            + ("" if FULL else "; BENCH_FULL=1 neemt er een miljoen"),
        }
    ]


# --- What runs in a process of its own -----------------------------------------------------


def zet_op(aantal: int) -> dict:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_content", verbosity=0)
    return nog(0, aantal)


def nog(van: int, tot: int) -> dict:
    from tests.nieuwsbrief.verzend_menigte import lezers

    for start in range(van, tot, 10_000):
        lezers(min(10_000, tot - start), vanaf=start)
    return {}


def zet_klaar() -> dict:
    """Approve a new issue and choose its recipients."""
    from nieuwsbrief.services import verzenden, voorbereiden
    from tests.nieuwsbrief.verzend_menigte import goedgekeurd

    verzending = goedgekeurd()
    verzenden.start(verzending=verzending, door=None)
    started = time.perf_counter()
    voorbereiden.bereid_voor(verzending.pk, 3600)
    verzending.refresh_from_db()
    if verzending.staat != "verzenden":
        raise RuntimeError(f"De brief is {verzending.staat}: {verzending.fout}")
    return {
        "seconden": time.perf_counter() - started,
        "mb": peak_mb(os.getpid()),
        "kandidaten": verzending.kandidaten,
        "leveringen": verzending.leveringen,
    }


def vertrek() -> dict:
    """Have the last one in the queue leave every list."""
    from nieuwsbrief.models import Abonnee
    from nieuwsbrief.services import uitschrijven
    from nieuwsbrief.staten import Bron
    from post.models import Levering

    adres = Levering.objects.filter(staat="wacht").latest("pk").adres
    uid = Abonnee.objects.van_adres(adres).get().uid
    uitschrijven.vertrek_overal(uid=uid, bron=Bron.MAIL)
    return {"adres": adres}


def volg() -> dict:
    """Let a minute go by; return how the issue ended."""
    from nieuwsbrief.models import Verzending
    from nieuwsbrief.services import volgen

    volgen.volg()
    return {"staat": Verzending.objects.latest("pk").staat}


def main() -> None:
    asked = json.loads(sys.argv[1])
    wat = asked.pop("wat")
    if wat == "meet":
        sys.stdout.write(json.dumps(measure(**asked), indent=1) + "\n")
        return
    import django

    django.setup()
    functions = {een.__name__: een for een in (zet_op, nog, zet_klaar, vertrek, volg)}
    sys.stdout.write(json.dumps(functions[wat](**asked)) + "\n")


if __name__ == "__main__":
    main()
