"""What is printed about a session: certificates, sign-in sheets and name badges.

Each is data for a typst template (`core.pdf`). Special needs are never part of it.
"""

import datetime
from collections.abc import Sequence

from django.utils import formats, translation
from django.utils.translation import gettext as _

from core import clock, pdf
from core.models import SiteInstellingen
from vorming.links import controle_link
from vorming.models import Attest, Inschrijving, Sessie, Sessiedag
from vorming.templatetags.vorming_tags import uren

# Lines on a sign-in sheet for who comes without being on it.
LEGE_LIJNEN = 4


def _publisher() -> str:
    details = SiteInstellingen.objects.first()
    return details.organisatie if details else ""


def _local(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(clock.now().tzinfo)


def dagen_van(attest: Attest) -> list[datetime.datetime]:
    """Return the days on a certificate."""
    return [datetime.datetime.fromisoformat(begin) for begin in attest.dagen]


def attest_pdf(attest: Attest) -> bytes:
    """Return a certificate as it was issued. Raises core.pdf.Druk."""
    with translation.override(attest.taal):
        days = dagen_van(attest)
        return pdf.render(
            "vorming/attest.typ",
            {
                "taal": attest.taal[:2],
                "titel": _("Attest van deelname"),
                "kop": _("Attest van deelname"),
                "verklaring": _("Hierbij bevestigen we dat"),
                "naam": attest.naam,
                "volgde": _("deelnam aan"),
                "vorming": attest.vorming,
                "gegevens": [
                    [
                        _("Dagen") if len(days) > 1 else _("Dag"),
                        [formats.date_format(day, "l j F Y") for day in days],
                    ],
                    [_("Aantal uren"), [uren(attest.uren)]],
                    [
                        _("Uitgegeven op"),
                        [formats.date_format(_local(attest.uitgegeven_op), "j F Y")],
                    ],
                    [_("Nummer"), [attest.nummer]],
                ],
                "uitgever": _publisher(),
                "site": _("Vrije tijd in de netwerkgemeente"),
                "controle": _("Wil je weten of dit attest echt is? Kijk het nummer na:"),
                "adres": controle_link(attest.nummer, attest.taal),
            },
        )


def tekenlijst_pdf(sessie: Sessie, dag: Sessiedag, mensen: Sequence[Inschrijving]) -> bytes:
    """Return the sheet on which everybody signs on one day. Raises core.pdf.Druk."""
    begin, end = _local(dag.begin), _local(dag.einde)
    day = formats.date_format(begin, "l j F Y")
    return pdf.render(
        "vorming/tekenlijst.typ",
        {
            "titel": f"Tekenlijst: {sessie}, {formats.date_format(begin, 'j F Y')}",
            "sessie": str(sessie),
            "wanneer": f"{day}, {begin:%H.%M} tot {end:%H.%M} uur",
            "waar": dag.locatie or sessie.waar,
            "mensen": [[_list_name(one), one.aanvraag.organisatie] for one in mensen],
            "leeg": LEGE_LIJNEN,
            "uitgever": _publisher(),
            "gemaakt": formats.date_format(clock.now(), "j F Y, H.i"),
        },
    )


def _list_name(one):
    """Return a name as a list by surname shows it."""
    return ", ".join(part for part in (one.naam, one.voornaam) if part)


def naamkaartjes_pdf(sessie: Sessie, mensen: Sequence[Inschrijving]) -> bytes:
    """Return name badges, ten on a sheet of A4, with lines to cut along. Raises core.pdf.Druk."""
    return pdf.render(
        "vorming/naamkaartjes.typ",
        {
            "titel": f"Naamkaartjes: {sessie}",
            "vorming": sessie.vorming.title,
            "mensen": [[one.voornaam, one.naam, one.aanvraag.organisatie] for one in mensen],
            "uitgever": _publisher(),
        },
    )
