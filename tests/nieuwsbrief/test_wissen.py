"""Forgetting somebody while her mails are on their way, and who was never reached at all."""

import datetime

import pytest
from django.core.management import call_command

from nieuwsbrief import links
from nieuwsbrief.models import Abonnee
from post.engine.outcome import Afloop, Uitkomst
from tests.nieuwsbrief.conftest import (
    LIEN,
    abonneer,
    mails,
    tekst,
)
from tests.nieuwsbrief.verzend import werk

pytestmark = pytest.mark.django_db

WEG = Uitkomst(Afloop.ONZEKER, None, "de lijn viel weg")


def wis(client, adres: str) -> None:
    """Press the last button with the link to her own choices."""
    link = links.voorkeuren_link(Abonnee.objects.van_adres(adres).get())
    page = client.post(f"{link.removeprefix('http://testserver')}wissen/")
    assert "Je gegevens zijn gewist" in tekst(page)


def test_a_last_mail_of_which_nobody_knows_whether_it_left_is_emptied_too(klok, client, brief):
    abonneer(LIEN, brief)
    werk()
    wis(client, LIEN)
    werk(WEG)
    assert mails() == ["gewist"]
    klok.shift(datetime.timedelta(hours=25))
    call_command("tick")
    assert mails() == []
