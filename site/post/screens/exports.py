"""Deliveries as a file for a spreadsheet: row by row, safe to open, with the clock of Brussels."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from core import clock, spreadsheet
from core.spreadsheet import CSV, FORMATEN, XLSX
from post.screens import audit
from post.screens.access import may_manage
from post.screens.filters import LeveringKeuze
from post.states import Staat
from post.words import kind_in_words, number_in_words

FIELDS = [
    "pk",
    "adres",
    "naam",
    "bericht__onderwerp",
    "bericht__soort",
    "staat",
    "laatste_fout",
    "pogingen",
    "aangemaakt_op",
    "verzonden_op",
]
HEADINGS = [
    "Nummer",
    "Adres",
    "Naam",
    "Bericht",
    "Soort",
    "Staat",
    "Laatste fout",
    "Pogingen",
    "Klaargezet op",
    "Verzonden op",
]


def export(request: HttpRequest) -> HttpResponseBase:
    """Return the deliveries that the address of the list chooses, and write down who took them."""
    if not may_manage(request.user):
        raise PermissionDenied
    choice = LeveringKeuze(request.GET, request)
    form = request.GET.get("formaat", CSV)
    if not choice.is_geldig or form not in FORMATEN:
        messages.error(request, "Dit filter bestaat niet (meer). Er is niets gedownload.")
        return redirect(reverse("post_leveringen:index"))
    rows = choice.rows()
    if form == XLSX and _is_too_long(rows):
        messages.error(
            request,
            f"Dit zijn meer dan {number_in_words(spreadsheet.XLSX_ROWS)} leveringen: te veel voor "
            "een Excel-bestand. Kies een filter, of download ze als CSV-bestand.",
        )
        return redirect(reverse("post_leveringen:index"))
    audit.note_in_general(
        audit.GEEXPORTEERD,
        request.user,
        "leveringen",
        formaat=FORMATEN[form],
        filter="; ".join(choice.in_words(for_log=True)),
    )
    found = spreadsheet.in_chunks(rows, *FIELDS, latest_first=True)
    return spreadsheet.download(
        form,
        f"leveringen-{clock.today().isoformat()}",
        headings=HEADINGS,
        rows=(_cells(row) for row in found),
        title="Leveringen",
    )


def _is_too_long(rows):
    limit = spreadsheet.XLSX_ROWS
    return rows.order_by("-pk")[limit : limit + 1].exists()


def _cells(row):
    key, address, name, subject, kind, state, *rest = row
    return [key, address, name, subject, kind_in_words(kind), str(Staat(state).label), *rest]
