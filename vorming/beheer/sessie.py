"""The screen of one session: how it stands, who is next, what was done, and what can be done."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from core import clock
from vorming.beheer import logboek
from vorming.beheer.acties import Actie
from vorming.beheer.rechten import (
    mag_inschrijvingen,
    mag_personen_zien,
    mag_sessies,
    mag_sessies_maken,
)
from vorming.beheer.scherm import SessieScherm
from vorming.doorschuiven import schuift_door
from vorming.models import Inschrijving, Logregel
from vorming.services.wachtlijst import groepen
from vorming.staten import ACTIEF, SessieStaat, Staat, Toestand

LOGREGELS = 25
VOLGENDEN = 5
# How the log names what was done, where the words of the service do not suffice.
STATEN = dict(Staat.choices) | dict(SessieStaat.choices)


class SessieView(SessieScherm):
    """One session."""

    template_name = "vorming/beheer/sessie.html"
    acties: tuple[Actie, ...] = ()

    def get_page_title(self):
        return str(self.sessie)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items()[:-2], {"url": "", "label": str(self.sessie)}]

    def get(self, request, *args, **kwargs):
        sessie, user = self.sessie, request.user
        return self.show(
            stand=stand_in_zinnen(sessie),
            toestand=Toestand(sessie.toestand),
            dagen=list(sessie.dagen.all()),
            workshops=list(_workshops_van(sessie)),
            wachtrij=self._wachtrij(),
            log=[_in_woorden(one) for one in _log_van(sessie)],
            mails=list(sessie.mededelingen.select_related("gebruiker")[:LOGREGELS]),
            acties=[
                {
                    "label": one.label,
                    "icon": one.icon,
                    "url": reverse(one.url_name, args=[sessie.pk]),
                }
                for one in self.acties
                if one.mag(user)
            ],
            mag_wijzigen=mag_sessies(user) and sessie.staat != SessieStaat.GEANNULEERD,
            mag_maken=mag_sessies_maken(user),
            mag_personen=mag_personen_zien(user),
            mag_mailen=mag_inschrijvingen(user),
            stappen=stappen_van(sessie) if mag_sessies(user) else [],
        )

    def _wachtrij(self):
        """Return who is next, or only how it goes on for who may not see persons."""
        sessie = self.sessie
        if not sessie.wachtend or sessie.staat == SessieStaat.GEANNULEERD or sessie.is_voorbij:
            return None
        moves = schuift_door(sessie, clock.now())
        shown = []
        user: Any = self.request.user
        if mag_personen_zien(user):
            rows = Inschrijving.objects.wachtrij().filter(sessie=sessie).select_related("aanvraag")
            logboek.noteer_blik(sessie, user)
            shown = [(len(group), group) for group in groepen(list(rows[: VOLGENDEN * 2]))]
        return {
            "schuift_door": moves,
            "bellen": bool(not moves and sessie.vrij and not sessie.is_begonnen),
            "volgenden": shown[:VOLGENDEN],
        }


def _workshops_van(sessie):
    wishes = Q(keuzes__plaats=None, keuzes__inschrijving__staat__in=ACTIEF)
    return sessie.workshops.met_stand().annotate(wensen=Count("keuzes", filter=wishes))


def _log_van(sessie):
    rows = Logregel.objects.filter(sessie=sessie).select_related("gebruiker")
    return rows.order_by("-pk")[:LOGREGELS]


def _in_woorden(regel):
    """Return a line of the log as people read it. It names nobody who enrolled."""
    what = regel.actie
    if regel.van and regel.naar:
        what += f": van {_staat(regel.van)} naar {_staat(regel.naar)}"
    elif regel.naar:
        what += f": {_staat(regel.naar)}"
    if regel.velden:
        what += f" ({', '.join(regel.velden).replace('_', ' ')})"
    if regel.uitleg:
        what += f", {regel.uitleg}"
    who = {"klok": "vanzelf", "deelnemer": "een deelnemer"}.get(regel.rol, "de redactie")
    if regel.gebruiker:
        who = regel.gebruiker.get_full_name() or regel.gebruiker.get_username()
    return {"op": regel.op, "wat": what[:1].upper() + what[1:], "wie": who}


def _staat(value):
    return STATEN.get(value, value)


def stand_in_zinnen(sessie) -> list[str]:
    """Return what an editor should know first. Needs `met_tellingen`."""
    if sessie.staat == SessieStaat.CONCEPT:
        if sessie.begint_op is None:
            return ["Dit is een concept. Zet er een dag bij, dan kan de inschrijving open."]
        return ["Dit is een concept. Niemand ziet het, tot je de inschrijving opent."]
    if sessie.staat == SessieStaat.GEANNULEERD:
        return ["Deze sessie is geannuleerd. Iedereen die ingeschreven was, kreeg een mail."]
    said = []
    if sessie.bezet > sessie.capaciteit:
        said.append(
            f"Er zijn {sessie.bezet} plaatsen bezet van {sessie.capaciteit}. Wie een plaats heeft, "
            "houdt ze. Niemand schuift door tot er weer plaats is."
        )
    if sessie.aangevraagd:
        said.append(
            "1 inschrijving wacht op je goedkeuring."
            if sessie.aangevraagd == 1
            else f"{sessie.aangevraagd} inschrijvingen wachten op je goedkeuring."
        )
    without = _zonder_factuuradres(sessie) if sessie.prijs else 0
    if without:
        requests = "1 aanvraag" if without == 1 else f"{without} aanvragen"
        said.append(
            f"Van {requests} met een plaats is er geen adres voor de factuur. Wie inschreef toen "
            "er nog geen prijs was, kreeg die vraag niet. Het bestand met facturen laat het leeg: "
            "vraag het zelf."
        )
    return said


def _zonder_factuuradres(sessie):
    """Count the requests that the file of invoices holds without an address."""
    rows = Inschrijving.objects.filter(
        sessie=sessie,
        staat=Staat.BEVESTIGD,
        aanvraag__geanonimiseerd_op=None,
        aanvraag__factuur_adres="",
    )
    return rows.values("aanvraag").distinct().count()


def stappen_van(sessie) -> list[tuple[str, str, bool]]:
    """Return the states that a session can go to now, with the words of the button.

    The third is whether it is what an editor most likely came for.
    """
    if sessie.staat == SessieStaat.GEANNULEERD or sessie.is_voorbij or sessie.begint_op is None:
        return []
    if sessie.staat == SessieStaat.OPEN:
        found = [(SessieStaat.GESLOTEN, "Sluit de inschrijving", False)]
    else:
        words = "Open de inschrijving" if sessie.staat == SessieStaat.CONCEPT else "Open opnieuw"
        found = [(SessieStaat.OPEN, words, True)]
    if sessie.staat != SessieStaat.CONCEPT and not sessie.inschrijvingen.exists():
        found.append((SessieStaat.CONCEPT, "Maak er weer een concept van", False))
    return [(state.value, words, first) for state, words, first in found]
