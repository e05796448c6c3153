"""The mails about an enrolment. Called under the lock, in the transaction of their cause.

A key names enrolment, kind and, where a kind may come again, a version: the same cause twice is one
mail. Every mail to a participant holds the link with which she manages her enrolment.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock, memo
from core.models import SiteInstellingen
from post import addresses
from post import services as post
from post.freezing import Bevroren, freeze
from post.models import Bericht
from vorming import agenda
from vorming.links import attest_link_of, controle_link, evaluatie_link, link_of
from vorming.models import (
    Aanvraag,
    Attest,
    Inschrijving,
    Logregel,
    Mededeling,
    Sessie,
    Sessiedag,
)
from vorming.services.basis import AANTAL_PLAATSEN
from vorming.staten import HOUDT_PLAATS, Staat

if TYPE_CHECKING:
    from vorming.services.inschrijven import Persoon

MANAGE = _("Bekijk of wijzig je inschrijving")


def key_of(soort: str, inschrijving: Inschrijving, versie: object = "") -> str:
    """Return the key of a mail about one enrolment."""
    return f"vorming:{soort}:{inschrijving.uid}" + (f":{versie}" if versie != "" else "")


def _mail(
    soort: str,
    one: Inschrijving,
    *,
    versie: object = "",
    knop: object = MANAGE,
    dagen: Sequence[Sessiedag] = (),
    methode: str = "REQUEST",
    weg: Sequence[Sessiedag] = (),
    **context,
) -> None:
    """Queue one mail to a participant, with `dagen` for her calendar and `weg` out of it."""
    sessie = one.sessie
    if not one.e_mail:
        # Forgotten meanwhile: one person without an address may not hold up the others.
        return
    with translation.override(one.aanvraag.taal):
        attachments = [
            *agenda.invitations(one, dagen, _details(sessie), method=methode),
            *agenda.invitations(one, weg, _details(sessie), method="CANCEL"),
        ]
    post.queue(
        key=key_of(soort, one, versie),
        template=f"vorming/{soort}",
        to=one.e_mail,
        name=one.volledige_naam,
        language=one.aanvraag.taal,
        reply_to=_reply_to(sessie),
        attachments=attachments,
        context=_context(soort, one, knop) | context,
    )


def _context(soort, one, knop):
    return {
        "soort": f"vorming/{soort}",
        "inschrijving": one,
        **_over(one.sessie, one.aanvraag.taal),
        "toon_online": one.staat == Staat.BEVESTIGD,
        "link": link_of(one) if knop else "",
        "knop": knop,
    }


def _over(sessie, taal):
    """Return what a mail says of the session itself, in the language of who reads it."""
    return {
        "sessie": sessie,
        "titel": sessie.titel_in(taal),
        "dagen": dagen_van(sessie),
        "vorming_url": sessie.vorming.in_taal(taal).full_url,
    }


def _details(sessie: Sessie) -> SiteInstellingen | None:
    """Return who we are, read at most once per lock."""
    if not hasattr(sessie, "_instellingen_gelezen"):
        sessie._instellingen_gelezen = memo.remember(
            "instellingen in mails", SiteInstellingen.objects.first
        )
    return sessie._instellingen_gelezen


def _reply_to(sessie):
    details = _details(sessie)
    return details.helpdesk_e_mail if details else ""


def dagen_van(sessie: Sessie) -> list[Sessiedag]:
    """Return the days of a session in order, read once per lock."""
    if not hasattr(sessie, "_dagen_gelezen"):
        sessie._dagen_gelezen = list(sessie.dagen.order_by("begin"))
    return sessie._dagen_gelezen


def _komende_dagen(sessie):
    now = clock.now()
    return [dag for dag in dagen_van(sessie) if dag.einde > now]


# --- To a participant ------------------------------------------------------------------


def na_inschrijven(one: Inschrijving, *, koos_workshops: bool = False) -> None:
    """Say what became of a new enrolment."""
    if one.staat == Staat.BEVESTIGD:
        # Most people choose none: then there is nothing to look up under the lock.
        workshops = _workshops(one) if koos_workshops else {}
        _mail("bevestigd", one, dagen=_komende_dagen(one.sessie), **workshops)
    elif one.staat == Staat.WACHTLIJST:
        wachtlijst(one)
    else:
        _mail("ontvangen", one)


def bevestigd(one: Inschrijving) -> None:
    """Say that there is a place, with the days for the calendar."""
    _mail("bevestigd", one, dagen=_komende_dagen(one.sessie), **_workshops(one))


def doorgeschoven(one: Inschrijving) -> None:
    """Say that somebody on the waiting list has a place now."""
    _mail("doorgeschoven", one, dagen=_komende_dagen(one.sessie), **_workshops(one))


def aangeboden(one: Inschrijving) -> None:
    """Offer a place until the end of the offer."""
    _mail("aangeboden", one, knop=_("Zeg of je komt"))


def na_doorschuiven(one: Inschrijving) -> None:
    """Say what somebody on the waiting list got."""
    if one.staat == Staat.AANGEBODEN:
        aangeboden(one)
    else:
        doorgeschoven(one)


def wachtlijst(one: Inschrijving) -> None:
    """Say that somebody waits, and how many stand before her."""
    before = (
        Inschrijving.objects.wachtrij()
        .filter(sessie=one.sessie_id, volgnummer__lt=one.volgnummer)
        .count()
    )
    _mail("wachtlijst", one, rang=before + 1)


def geweigerd(one: Inschrijving, reden: str) -> None:
    """Say that an enrolment was not accepted, and why."""
    _mail("geweigerd", one, knop="", reden=reden)


def vervallen(one: Inschrijving, *, zelf: bool, ingetrokken: bool = False) -> None:
    """Say that an offer ended: refused by the person, taken back by an editor, or by the clock."""
    _mail("vervallen", one, knop="", zelf=zelf, ingetrokken=ingetrokken)


def geannuleerd(one: Inschrijving, *, was_bevestigd: bool, zelf: bool, reden: str = "") -> None:
    """Say that an enrolment is cancelled, and why; takes the days out of the calendar."""
    _mail(
        "geannuleerd",
        one,
        knop="",
        zelf=zelf,
        reden=reden,
        dagen=_komende_dagen(one.sessie) if was_bevestigd else (),
        methode="CANCEL",
    )


def gaat_niet_door(one: Inschrijving, *, was_bevestigd: bool, reden: str) -> None:
    """Say that the whole session is cancelled."""
    _mail(
        "gaat-niet-door",
        one,
        knop="",
        reden=reden,
        dagen=dagen_van(one.sessie) if was_bevestigd else (),
        methode="CANCEL",
    )


def vervangen(one: Inschrijving, opvolger: Inschrijving) -> None:
    """Tell the old participant that a colleague goes, and the colleague that she has a place."""
    plaats_doorgegeven(one, opvolger.volledige_naam)
    overgenomen(opvolger, one)


def plaats_doorgegeven(one: Inschrijving, aan: str) -> None:
    """Tell somebody that her place went to a colleague; takes the days out of her calendar."""
    days = _komende_dagen(one.sessie)
    _mail("vervangen", one, knop="", opvolger=aan, dagen=days, methode="CANCEL")


def overgenomen(opvolger: Inschrijving, one: Inschrijving) -> None:
    """Tell a colleague that she has the place of somebody, with the days for her calendar."""
    _mail(
        "overgenomen",
        opvolger,
        voorganger=one.volledige_naam,
        dagen=_komende_dagen(one.sessie),
        **_workshops(opvolger),
    )


def gewijzigd(one: Inschrijving, *, wat: Sequence[object], weg: Sequence[Sessiedag] = ()) -> None:
    """Say that time, place or price changed; the calendar of who comes follows by itself.

    Of the days that go, the ones that were still to come are named. When no other day is left to
    come, there is nothing more to say no to.
    """
    comes = one.staat == Staat.BEVESTIGD
    now = clock.now()
    _mail(
        "gewijzigd",
        one,
        versie=one.ical_seq,
        knop=_("Naar je inschrijving") if one.sessie.is_voorbij else MANAGE,
        wat=list(wat),
        valt_weg=[dag for dag in weg if dag.einde > now],
        dagen=_komende_dagen(one.sessie) if comes else (),
        weg=list(weg) if comes else (),
    )


def antwoorden_gewijzigd(one: Inschrijving, versie: object) -> None:
    """Confirm that new answers arrived."""
    _mail("antwoorden-gewijzigd", one, versie=versie)


def verplaatst(one: Inschrijving, *, was_bevestigd: bool, nieuw: Inschrijving) -> None:
    """Tell somebody that an editor moved her to another session: the old days go."""
    _mail(
        "verplaatst",
        one,
        knop="",
        nieuw=nieuw.sessie.titel_in(one.aanvraag.taal),
        dagen=_komende_dagen(one.sessie) if was_bevestigd else (),
        methode="CANCEL",
    )


def gegevens_verbeterd(one: Inschrijving) -> None:
    """Say how somebody is in the list now, with her link, and her days when she has a place."""
    days = _komende_dagen(one.sessie) if one.staat == Staat.BEVESTIGD else ()
    _mail("gegevens-verbeterd", one, versie=one.ical_seq, dagen=days)


def samengevoegd(one: Inschrijving, *, was_bevestigd: bool, blijft: Inschrijving) -> None:
    """Say that somebody stood in the list twice, and which of the two goes on."""
    _mail(
        "samengevoegd",
        one,
        knop="",
        blijft=blijft,
        dagen=_komende_dagen(one.sessie) if was_bevestigd else (),
        methode="CANCEL",
    )


def link_opnieuw(one: Inschrijving) -> None:
    """Send the link again, at most once an hour: a form may not fill a mailbox.

    A link that was revoked does not count: the new one leaves at once.
    """
    now = clock.now()
    _mail("link-opnieuw", one, versie=f"{now:%Y%m%d%H}.{one.link_versie}")


def herinnering(one: Inschrijving, dag: Sessiedag, *, week: bool) -> None:
    """Remind of a day, a week or a day before. On another date it is another reminder."""
    soort = "herinnering-week" if week else "herinnering-dag"
    moment = f"{dag.begin:%Y%m%dT%H%M%z}"
    _mail(soort, one, versie=moment, dag=dag, **_workshops(one))


def bedankt(one: Inschrijving, *, sleutel: str, attest: Attest | None) -> None:
    """Thank somebody who came, and ask what she thought with a token that holds once.

    After another last day these are other thanks.
    """
    _mail(
        "bedankt",
        one,
        versie=f"{one.sessie.eindigt_op:%Y%m%d}",
        knop=_("Naar je inschrijving"),
        evaluatie_link=evaluatie_link(sleutel, one.aanvraag.taal),
        attest=attest,
        attest_link=attest_link_of(one),
    )


def attest(one: Inschrijving, attest: Attest) -> None:
    """Say that there is a certificate, or a new one in the place of another."""
    _mail(
        "attest",
        one,
        versie=attest.nummer,
        knop=_("Open je attest"),
        link=attest_link_of(one),
        attest=attest,
        controle_url=controle_link(attest.nummer, one.aanvraag.taal),
    )


def mededeling(one: Inschrijving, wat: Mededeling) -> None:
    """Tell somebody what an editor wrote, with her own link while her enrolment is active."""
    _mail(
        "mededeling",
        one,
        versie=wat.formuliertoken,
        knop=MANAGE if one.is_actief else "",
        mededeling=wat,
    )


def voorbeeld(one: Inschrijving, wat: Mededeling) -> Bevroren:
    """Return that mail as `one` would get it, without queueing it."""
    context = _context("mededeling", one, MANAGE if one.is_actief else "")
    return freeze("vorming/mededeling", context | {"mededeling": wat}, language=one.aanvraag.taal)


def _workshops(one) -> dict[str, Any]:
    chosen = list(one.workshopkeuzes.select_related("workshop").order_by("workshop"))
    return {
        "workshops": [keuze.workshop for keuze in chosen if keuze.plaats],
        "workshops_vol": [keuze.workshop for keuze in chosen if not keuze.plaats],
    }


# --- To others -------------------------------------------------------------------------


def aan_contact(aanvraag: Aanvraag, gezegd: Sequence[tuple["Persoon", Staat]]) -> None:
    """Tell who filled in the form for others what became of it: the same as the page told her."""
    others = [
        persoon
        for persoon, _staat in gezegd
        if addresses.normalise(persoon.e_mail) != aanvraag.e_mail_norm
    ]
    if not others or not aanvraag.e_mail:
        return
    sessie = aanvraag.sessie
    post.queue(
        key=f"vorming:aanvraag:{aanvraag.formuliertoken}",
        template="vorming/aanvraag",
        to=aanvraag.e_mail,
        name=f"{aanvraag.voornaam} {aanvraag.naam}".strip(),
        language=aanvraag.taal,
        reply_to=_reply_to(sessie),
        context={
            "soort": "vorming/aanvraag",
            "aanvraag": aanvraag,
            "gezegd": gezegd,
            **_over(sessie, aanvraag.taal),
            "toon_online": False,
        },
    )


def _bel_sleutel(sessie, eerste):
    return f"vorming:bel:{sessie.pk}:{eerste.uid}:{_kwam_vrij(sessie)}"


def _kwam_vrij(sessie):
    """Return the line of the log of the last time that a place came free; 0 when there is none.

    The same in every minute, and another for every place: who was called and did not come still
    stands first in line when the next one is free.
    """
    left = Q(actie="staat", van__in=HOUDT_PLAATS) & ~Q(naar__in=HOUDT_PLAATS)
    lines = Logregel.objects.filter(left | Q(actie=AANTAL_PLAATSEN), sessie=sessie).order_by("-pk")
    return next(
        (
            pk
            for pk, action, before, now in lines.values_list("pk", "actie", "van", "naar")
            if action != AANTAL_PLAATSEN or int(now) > int(before)
        ),
        0,
    )


def moet_bellen(sessie: Sessie, eerste: Inschrijving) -> bool:
    """Say whether the editors have still to hear that they had better phone this person."""
    if not redactie_adres(sessie):
        return False
    return not Bericht.objects.filter(sleutel=_bel_sleutel(sessie, eerste)).exists()


def bel_de_volgende(sessie: Sessie, eerste: Inschrijving, vrij: int) -> None:
    """Tell the editors that a place is free so late that they had better phone.

    Once per place that comes free, and again when somebody else stands first in line.
    """
    address = redactie_adres(sessie)
    if not address:
        return
    post.queue(
        key=_bel_sleutel(sessie, eerste),
        template="vorming/bel-de-volgende",
        to=address,
        context={
            "soort": "vorming/bel-de-volgende",
            "sessie": sessie,
            "titel": str(sessie),
            "dagen": dagen_van(sessie),
            "toon_online": False,
            "eerste": eerste,
            "vrij": vrij,
            "knop": "Naar de redactie",
            "link": settings.BASE_URL + reverse("wagtailadmin_home"),
        },
    )


def redactie_adres(sessie: Sessie) -> str:
    """Return where editors read about a session: its team, or else the helpdesk."""
    team = sessie.vorming.eigenaar
    return (team.e_mail if team else "") or _reply_to(sessie)
