"""An issue to send, in a test: written, published, approved."""

import datetime
import itertools
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from django.contrib.auth.models import Group, User
from wagtail.rich_text import RichText

from core import clock
from nieuwsbrief.models import Lijst, NieuwsbriefIndexPage, NieuwsbriefPage, Verzending
from nieuwsbrief.services import goedkeuren, verzenden, volgen, voorbereiden
from nieuwsbrief.staten import VerzendStaat
from post.engine.worker import Worker
from post.goedkeuring import GOEDGEKEURD
from post.models import Bericht, Levering
from post.transports.memory import MemoryTransport
from tests.factories import BasePageFactory, only

_nummers = itertools.count(900)


class BriefFactory(BasePageFactory):
    """An issue."""

    class Meta:
        model = NieuwsbriefPage
        exclude = ["inleiding"]


def gebruiker(naam: str, *groepen: str) -> User:
    """Return somebody of the team."""
    user = User.objects.create_user(naam, f"{naam}@example.org", "wachtwoord-van-de-toets")
    user.groups.add(*Group.objects.filter(name__in=groepen or ["Nieuwsbriefteam"]))
    return user


def schrijf(schrijver: User, *lijsten: Lijst, **velden) -> NieuwsbriefPage:
    """Return an issue that somebody wrote, on the site."""
    nummer = velden.pop("nummer", None) or next(_nummers)
    page = BriefFactory(
        parent=only(NieuwsbriefIndexPage),
        title=f"Brief {nummer}",
        slug=f"brief-{nummer}",
        nummer=nummer,
        eerste_maand=datetime.date(2026, 11, 1),
        onderwerp=velden.pop("onderwerp", "Nieuws over netwerken"),
        body=[("inleiding", RichText("<p>Er is nieuws.</p>"))],
        **velden,
    )
    page.lijsten.set(lijsten)
    return publiceer(page, schrijver)


def publiceer(page: NieuwsbriefPage, schrijver: User) -> NieuwsbriefPage:
    """Put an issue on the site as it is now."""
    page.save_revision(user=schrijver).publish()
    return NieuwsbriefPage.objects.get(pk=page.pk)


def keur_goed(page: NieuwsbriefPage, door: User) -> Verzending:
    """Approve what is on the site; the mail about it to the maker is not what is tested."""
    verzending = goedkeuren.keur_goed(page=page, revisie_nr=page.live_revision_id, door=door)
    Levering.objects.filter(bericht__soort=GOEDGEKEURD).delete()
    Bericht.objects.filter(soort=GOEDGEKEURD).delete()
    return verzending


def al_verzonden(page: NieuwsbriefPage) -> Verzending:
    """Have an issue been sent, once upon a time."""
    return Verzending.objects.create(
        pagina=page,
        pagina_nr=page.pk,
        revisie_nr=page.pk,
        onderwerp=page.onderwerp,
        staat=VerzendStaat.KLAAR,
        bericht=Bericht.objects.create(sleutel=f"verzonden:{page.pk}", aangemaakt_op=clock.now()),
        sha256="a" * 64,
        gemaakt_op=clock.now(),
    )


def zet_klaar(verzending: Verzending, door: User) -> Verzending:
    """Start, and choose the recipients; nothing leaves yet."""
    verzenden.start(verzending=verzending, door=door)
    voorbereiden.bereid_voor(verzending.pk, 60)
    verzending.refresh_from_db()
    return verzending


def werk(*antwoorden, size: int = 4) -> None:
    """Let a worker send what it can, and the minute go by."""
    Worker(MemoryTransport(antwoorden, size=size)).run(until_empty=True)
    volgen.volg()


def leveringen(verzending: Verzending) -> dict[str, str]:
    """Return the state per address."""
    return dict(
        Levering.objects.filter(bericht=verzending.bericht_id).values_list("adres_norm", "staat")
    )


def leeg_de_postkamer() -> None:
    """Leave only what is about an issue in the mail room."""
    Levering.objects.all().delete()
    Bericht.objects.exclude(verzending__isnull=False).delete()


def verstuurd() -> list[EmailMessage]:
    """Return what left to readers; editors are told when a sending stops (test_ritme)."""
    return [
        cast("EmailMessage", message_from_bytes(een, policy=policy.default))
        for een in MemoryTransport.outbox
        if b"List-Unsubscribe:" in een
    ]


def ververs(verzending: Verzending) -> Verzending:
    """Return a sending as it is by now."""
    verzending.refresh_from_db()
    return verzending
