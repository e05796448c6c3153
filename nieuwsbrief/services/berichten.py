"""The mails to one subscriber. Called under her lock, in the transaction of their cause."""

import json
from collections.abc import Mapping, Sequence

from django.conf import settings

from core import clock
from core.models import SiteInstellingen
from nieuwsbrief.brief.inhoud import adres_van
from nieuwsbrief.links import bevestig_link, voorkeuren_link
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Lijst,
    NieuwsbriefInstellingen,
    NieuwsbriefPage,
)
from post import services as post
from post.mime import Bijlage

# How the kind of every mail of the newsletter begins.
SOORT = "nieuwsbrief/"
GEWIST = f"{SOORT}gewist"


def _mail(
    soort: str,
    abonnee: Abonnee,
    versie: object,
    *,
    lijsten: Sequence[Lijst] = (),
    bijlagen: Sequence[Bijlage] = (),
    **context,
) -> None:
    instellingen = SiteInstellingen.objects.first()
    # A mail about one list comes from that list; about more, from the site.
    lijst = lijsten[0] if len(lijsten) == 1 else None
    reply_to = (lijst.antwoord_adres if lijst else "") or (
        instellingen.helpdesk_e_mail if instellingen else ""
    )
    post.queue(
        key=f"nieuwsbrief:{soort}:{abonnee.uid}:{versie}",
        template=f"{SOORT}{soort}",
        to=abonnee.adres,
        name=abonnee.naam,
        language=abonnee.taal,
        sender=lijst.afzender if lijst else "",
        reply_to=reply_to,
        attachments=bijlagen,
        context={
            "soort": f"{SOORT}{soort}",
            "abonnee": abonnee,
            "lijsten": list(lijsten),
            "organisatie": instellingen.organisatie if instellingen else "",
            **context,
        },
    )


def bevestig(abonnee: Abonnee, lijsten: Sequence[Lijst]) -> None:
    """Ask whether it was her who filled in the form."""
    _mail(
        "bevestig",
        abonnee,
        abonnee.mail_op.isoformat() if abonnee.mail_op else "",
        lijsten=lijsten,
        link=bevestig_link(abonnee),
        dagen=NieuwsbriefInstellingen.load().bewaar_onbevestigd,
    )


def al_ingeschreven(abonnee: Abonnee) -> None:
    """Say that she is on these lists already, and how to change that."""
    _mail(
        "al-ingeschreven",
        abonnee,
        abonnee.mail_op.isoformat() if abonnee.mail_op else "",
        lijsten=_heeft(abonnee),
        link=voorkeuren_link(abonnee),
    )


def welkom(abonnee: Abonnee, lijsten: Sequence[Lijst]) -> None:
    """Welcome her on the lists that she confirmed."""
    laatste = abonnee.toestemmingen.order_by("-pk").values_list("pk", flat=True).first()
    brief = laatste_brief(lijsten, abonnee.taal)
    _mail(
        "welkom",
        abonnee,
        laatste,
        lijsten=lijsten,
        link=voorkeuren_link(abonnee),
        laatste_brief=adres_van(brief) if brief else "",
    )


def laatste_brief(lijsten: Sequence[Lijst], taal: str) -> NieuwsbriefPage | None:
    """Return the newest published issue of one of these lists, in her language or in Dutch."""
    issues = NieuwsbriefPage.objects.public().filter(lijsten__in=lijsten).archief()
    for language in dict.fromkeys([taal, settings.LANGUAGE_CODE]):
        found = issues.filter(locale__language_code=language).first()
        if found is not None:
            return found
    return None


def link(abonnee: Abonnee) -> None:
    """Mail the link to her choices, once a minute at most for one version of it."""
    _mail(
        "link",
        abonnee,
        f"{abonnee.link_versie}:{clock.now():%Y%m%d%H%M}",
        lijsten=_heeft(abonnee),
        link=voorkeuren_link(abonnee),
    )


def afscheid(abonnee: Abonnee, weg: Sequence[Abonnement]) -> None:
    """Acknowledge that she left, with the way back."""
    laatste = max(rij.sinds for rij in weg)
    _mail(
        "afscheid",
        abonnee,
        laatste.isoformat(),
        lijsten=[rij.lijst for rij in weg],
        blijft=_heeft(abonnee),
        link=voorkeuren_link(abonnee),
    )


def gewist(abonnee: Abonnee) -> None:
    """Say that everything was forgotten. The last mail she gets."""
    _mail("gewist", abonnee, "")


def gegevens(abonnee: Abonnee, bewaard: Mapping[str, list], versie: str) -> None:
    """Mail everything that we keep about her (`privacy.find`), to read and as a file."""
    _mail(
        "gegevens",
        abonnee,
        versie,
        link=voorkeuren_link(abonnee),
        bewaard=bewaard,
        bijlagen=[
            Bijlage(
                naam="mijn-gegevens.json",
                soort="application/json",
                inhoud=json.dumps(_alles(abonnee, bewaard), ensure_ascii=False, indent=2).encode(),
            )
        ],
    )


def _alles(abonnee, bewaard):
    return {
        "adres": abonnee.adres,
        "naam": abonnee.naam,
        "taal": abonnee.taal,
        "sinds": abonnee.aangemaakt_op.isoformat(),
        "abonnementen": [
            {
                "lijst": rij.lijst.naam,
                "staat": rij.staat,
                "sinds": rij.sinds.isoformat(),
                "bron": rij.bron,
            }
            for rij in bewaard["abonnementen"]
        ],
        "geschiedenis": [
            {
                "lijst": een.lijst.naam,
                "wat": een.soort,
                "op": een.op.isoformat(),
                "bron": een.bron,
                "tekst": een.tekst,
                "privacyverklaring": een.privacyversie,
                "bewijs": een.bewijs,
                "gegeven op": een.gegeven_op.isoformat() if een.gegeven_op else "",
            }
            for een in bewaard["toestemmingen"]
        ],
        "uitgeschreven": [
            {"lijst": rij.lijst.naam, "sinds": rij.sinds.isoformat()}
            for rij in bewaard["uitschrijvingen"]
        ],
        "geen nieuwsbrieven meer": [
            {"waarom": rij.reden, "sinds": rij.sinds.isoformat()}
            for rij in bewaard["onderdrukkingen"]
        ],
        "ingevoerde bestanden": [
            {"bestand": rij.bestandsnaam, "op": rij.aangemaakt_op.isoformat()}
            for rij in bewaard["ingevoerd"]
        ],
        "mails": [
            {
                "onderwerp": rij.bericht.onderwerp,
                "op": rij.aangemaakt_op.isoformat(),
                "staat": rij.staat,
            }
            for rij in bewaard["mails"]
        ],
    }


def _heeft(abonnee):
    heeft = abonnee.abonnementen.actief().values("lijst_id")
    return list(Lijst.objects.filter(pk__in=heeft))
