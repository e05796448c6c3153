"""Putting a dossier together: the trajectory, and what one visitor ticked and worked out."""

import copy

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock, memo
from core.frame import SiteFrame
from trajecten.dossier.content import read_steps, without_gaps
from trajecten.dossier.markup import nodes_of
from trajecten.rekenhulp import Uitkomst
from trajecten.vinkjes import Vinkjes


def build(traject, request, vinkjes: Vinkjes, uitkomst: Uitkomst | None, recht=None) -> dict:
    """Return all that the dossier shows, as data: text, numbers and lists, and no object.

    The part that is the same for every visitor is read once per version of the content.
    """
    origin = f"{request.scheme}://{request.get_host()}"
    shared = memo.remember(
        ("dossier", traject.pk, get_language(), origin), lambda: _shared(traject, request, origin)
    )
    found = copy.deepcopy(shared)
    day = formats.date_format(clock.today(), "j F Y")
    address = f"{origin}{traject.get_url(request)}"
    found |= {
        "dag": day,
        "stand": _("Stand van %(dag)s") % {"dag": day},
        "adres": address,
        "adres_met_stand": f"{address}dossier/{vinkjes.meegeven}",
        "uitgever": _publisher(request),
        "telling": _count(vinkjes.telling),
        "klaar": vinkjes.telling.klaar,
        "totaal": vinkjes.telling.totaal,
        "met_stand": vinkjes.is_eigen,
        "berekening": _outcome(uitkomst, recht, origin) if uitkomst else [],
    }
    for step in found["stappen"]:
        count = vinkjes.telling_van(step["sleutel"])
        step["telling"] = _count(count) if count.totaal else ""
        step["klaar"], step["totaal"] = count.klaar, count.totaal
        known = vinkjes.punten.get(step["sleutel"], {})
        for node in step["blokken"]:
            if node["soort"] == "punten":
                for point in node["punten"]:
                    named = known.get(point["sleutel"])
                    point["aan"] = named is not None and vinkjes.is_aan(named)
    return found


def _shared(traject, request, origin) -> dict:
    steps = list(traject.stappen_met_tekst)
    read = read_steps([traject, *steps], origin)
    deadlines = {}
    for page in read:
        deadlines |= {termijn.pk: termijn for termijn in page.pop("termijnen")}
    overview = read.pop(0)
    return {
        "taal": (get_language() or "nl")[:2],
        "regio": "BE",
        "titel": traject.title,
        "soort": traject.soort,
        "voor_wie": traject.voor_wie,
        "inleiding": traject.inleiding,
        "resultaat": overview["resultaat"],
        "achtergrond": overview["blokken"],
        "regels": [regelkader.naam for regelkader in traject.geldende_regelkaders],
        "nagekeken": _reviewed(traject),
        "termijnen": [_deadline(t, origin) for t in deadlines.values()],
        "stappen": [
            {
                "sleutel": step.sleutel,
                "label": _label(traject, step, number),
                "titel": step.title,
                "adres": f"{origin}{step.get_url(request)}",
                "inleiding": step.inleiding,
                **nodes,
            }
            for number, (step, nodes) in enumerate(zip(steps, read, strict=True), start=1)
        ],
        "woorden": _words(),
    }


def _label(traject, step, number) -> str:
    if traject.soort == traject.Soort.OPSTART:
        return _("Stap %(nummer)s") % {"nummer": number}
    return step.groep or (_("Taak") if traject.soort == traject.Soort.START else _("Module"))


def _count(telling) -> str:
    return _("%(klaar)s van %(totaal)s afgevinkt") % {
        "klaar": telling.klaar,
        "totaal": telling.totaal,
    }


def _reviewed(traject) -> str:
    if not traject.nagekeken_op:
        return ""
    day = formats.date_format(traject.nagekeken_op, "j F Y")
    return _("Nagekeken op %(dag)s.") % {"dag": day}


def _publisher(request) -> str:
    site = _("Vrije tijd in de netwerkgemeente")
    organisation = SiteFrame(request).instellingen.organisatie
    return f"{site} ({organisation})" if organisation else site


def _deadline(termijn, origin) -> list[dict]:
    """Return a deadline in the very words of its panel on a page."""
    html = render_to_string("components/termijnpaneel.html", {"termijn": termijn})
    return without_gaps(nodes_of(html, origin))


def _outcome(uitkomst, recht, origin) -> list[dict]:
    """Return a sum in the very words of the calculator."""
    html = render_to_string("components/rekenuitslag.html", {"uitkomst": uitkomst, "recht": recht})
    return without_gaps(nodes_of(html, origin))


def _words() -> dict[str, str]:
    """Return the words of the printed page itself, in the language of the reader."""
    return {
        "dossier": _("Dossier"),
        "afgevinkt": _("afgevinkt"),
        "data": _("Data"),
        "berekening": _("Eigen inbreng"),
        "overzicht": _("Waar je staat"),
        "deel": _("Deel"),
        "titel": _("Titel"),
        "afgevinkt_kop": _("Afgevinkt"),
        "resultaat": _("Wat je hierna hebt"),
        "op_het_einde": _("Wat je op het einde hebt"),
        "achtergrond": _("Achtergrond"),
        "geldt_voor": _("Geldt voor:"),
        "bron": _("Bron:"),
        "verder": _("Open dit dossier opnieuw, met je vinkjes:"),
        "lees": _("Lees deze pagina op de site:"),
        "ingekort": _("De tekst van deze pagina lees je op de site."),
        "geen_data": _("Voor dit traject is er nu geen datum."),
        "bladzijde": _("Bladzijde"),
    }
