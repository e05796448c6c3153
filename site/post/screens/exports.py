"""Deliveries as a file for a spreadsheet: row by row, safe to open, with the clock of Brussels."""

import csv
import re
import tempfile
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from wagtail.admin import messages

from core import clock
from post.screens import audit
from post.screens.access import may_manage
from post.screens.filters import LeveringKeuze
from post.states import Staat
from post.words import in_brussels, kind_in_words, number_in_words

CSV = "csv"
XLSX = "xlsx"
CHUNK = 2000
# A workbook is written as a whole before its first byte leaves; a CSV file is not.
XLSX_ROWS = 100_000
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
# What a spreadsheet takes for the start of a formula (OWASP, CSV injection).
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
# What cannot stand in an XML file.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def export(request: HttpRequest) -> HttpResponseBase:
    """Return the deliveries that the address of the list chooses, and write down who took them."""
    if not may_manage(request.user):
        raise PermissionDenied
    choice = LeveringKeuze(request.GET, request)
    form = request.GET.get("formaat", CSV)
    if not choice.is_geldig or form not in (CSV, XLSX):
        messages.error(request, "Dit filter bestaat niet (meer). Er is niets gedownload.")
        return redirect(reverse("post_leveringen:index"))
    rows = choice.rows()
    if form == XLSX and rows.order_by("-pk")[XLSX_ROWS : XLSX_ROWS + 1].exists():
        messages.error(
            request,
            f"Dit zijn meer dan {number_in_words(XLSX_ROWS)} leveringen: te veel voor een "
            "Excel-bestand. Kies een filter, of download ze als CSV-bestand.",
        )
        return redirect(reverse("post_leveringen:index"))
    audit.note_in_general(
        audit.GEEXPORTEERD,
        request.user,
        "leveringen",
        formaat="Excel-bestand" if form == XLSX else "CSV-bestand",
        filter="; ".join(choice.in_words(for_log=True)),
    )
    name = f"leveringen-{clock.today().isoformat()}.{form}"
    return _as_xlsx(rows, name) if form == XLSX else _as_csv(rows, name)


def safe(value: str) -> str:
    """Return a text that a spreadsheet shows and never computes."""
    value = UNPRINTABLE.sub(" ", value)
    return f"'{value}" if FORMULA.match(value) else value


def cells_of(row: tuple) -> list[object]:
    """Return one row of the file; moments without a zone, on the clock of Brussels."""
    key, address, name, subject, kind, state, fault, attempts, made, sent = row
    return [
        key,
        safe(address),
        safe(name),
        safe(subject),
        safe(kind_in_words(kind)),
        str(Staat(state).label),
        safe(fault),
        attempts,
        *(
            in_brussels(moment).replace(tzinfo=None, microsecond=0) if moment else None
            for moment in (made, sent)
        ),
    ]


def in_chunks(rows: QuerySet) -> Iterator[tuple]:
    """Yield the values of any number of deliveries in constant memory, latest first."""
    rows = rows.order_by("-pk").values_list(*FIELDS)
    chunk = list(rows[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(rows.filter(pk__lt=chunk[-1][0])[:CHUNK]) if len(chunk) == CHUNK else []


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(rows, name):
    writer = csv.writer(_Line(), delimiter=";")

    def lines():
        # With the mark, Excel knows that it is UTF-8; with the semicolons, that there are columns.
        yield "\ufeff" + writer.writerow(HEADINGS)
        for row in in_chunks(rows):
            yield writer.writerow("" if cell is None else cell for cell in cells_of(row))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _as_xlsx(rows, name):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title="Leveringen")
    sheet.append(HEADINGS)
    for row in in_chunks(rows):
        sheet.append([_cell(sheet, value) for value in cells_of(row)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
    workbook.save(file)
    file.seek(0)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _cell(sheet, value):
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif value is not None and not isinstance(value, int):
        cell.number_format = "dd/mm/yyyy hh:mm:ss"
    return cell
