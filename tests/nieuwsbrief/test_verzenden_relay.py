"""An issue over real connections to a mail server that misbehaves."""

import datetime

import pytest

from nieuwsbrief.services import volgen
from nieuwsbrief.staten import VerzendStaat
from post import services as post
from post.engine.worker import Worker
from post.models import Bericht, Levering
from post.transports.smtp import SmtpTransport
from tests.nieuwsbrief.conftest import abonneer, staten
from tests.nieuwsbrief.verzend import (
    gebruiker,
    keur_goed,
    leeg_de_postkamer,
    leveringen,
    schrijf,
    zet_klaar,
)
from tests.post.mails import refuse_wrong_counts
from tests.post.test_smtp import relay  # noqa: F401

pytestmark = pytest.mark.django_db

# What the server does with an address (tests.post.sink), and where its mail then stands.
AFLOOP = {
    "ok.1": "verzonden",
    "later.1": "wacht",
    "laterdata.1": "wacht",
    "busy.1": "wacht",
    "gone.1": "wacht",
    "hang.1": "wacht",
    "no.1": "mislukt",
    "nodata.1": "mislukt",
    "lost.1": "onzeker",
    "hangdata.1": "onzeker",
    "ok.2": "verzonden",
}


def test_everybody_is_accounted_for_whatever_the_relay_does(relay, brief, ezine):  # noqa: F811
    # Side by side: one that hangs does not use up the time of the others.
    server = relay("--pipelining")
    for naam in AFLOOP:
        abonneer(f"{naam}@example.org", brief, ezine)
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    page = schrijf(gebruiker("ann"), brief, ezine)
    verzending = zet_klaar(keur_goed(page, gebruiker("bert")), gebruiker("cleo"))
    worker = Worker(SmtpTransport(4))
    for _ in range(len(AFLOOP) + 3):
        if not worker.round():
            break
    worker.stop()
    worker.round()
    refuse_wrong_counts()
    assert leveringen(verzending) == {f"{naam}@example.org": s for naam, s in AFLOOP.items()}
    # What it took, it took once.
    assert sorted(server.took) == sorted(set(server.took))
    volgen.volg()
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.VERZENDEN
    # The server knows no such mailbox; the other refused this mail only.
    weg = {"netwerkgemeente": "onbestelbaar", "e-zine": "onbestelbaar"}
    assert staten("no.1@example.org") == weg
    assert set(staten("nodata.1@example.org").values()) == {"actief"}
    # What waits for another try leaves the run open; what is uncertain is not tried again.
    assert server.took.count("lost.1@example.org") == 1
    ontvangers = {"later.1", "laterdata.1", "busy.1", "gone.1", "hang.1"}
    for naam in ontvangers:
        post.skip(verzending.bericht, f"{naam}@example.org", "Toets.")
    volgen.volg()
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.KLAAR_OPEN


def test_who_answers_again_after_her_mailbox_was_refused_stays(relay, brief, klok):  # noqa: F811
    relay()
    abonneer("no.1@example.org", brief)
    abonneer("ok.1@example.org", brief)
    leeg_de_postkamer()
    page = schrijf(gebruiker("ann"), brief)
    verzending = zet_klaar(keur_goed(page, gebruiker("bert")), gebruiker("cleo"))
    worker = Worker(SmtpTransport(4))
    worker.run(until_empty=True)
    volgen.volg()
    assert staten("no.1@example.org") == {"netwerkgemeente": "onbestelbaar"}
    # Her mail server was being moved. Three days later it works, and she signs up anew.
    klok.shift(datetime.timedelta(days=3))
    abonneer("no.1@example.org", brief)
    volgen.volg()
    assert staten("no.1@example.org") == {"netwerkgemeente": "actief"}
    assert not post.is_suppressed("no.1@example.org")
    assert leveringen(verzending)["no.1@example.org"] == "mislukt"
