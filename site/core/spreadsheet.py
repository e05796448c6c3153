"""Lists as a file for a spreadsheet: row by row, safe to open, with the clock of Brussels."""

import csv
import datetime
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import get_default_timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

CSV = "csv"
XLSX = "xlsx"
FORMATEN = {CSV: "CSV-bestand", XLSX: "Excel-bestand"}
CHUNK = 2000
# How many lines of a CSV file leave together: a piece of its own for each costs more than the line.
LINES = 200
# A workbook is written as a whole before its first byte leaves; a CSV file is not.
XLSX_ROWS = 100_000
# What a spreadsheet takes for the start of a formula (OWASP, CSV injection).
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
# What cannot stand in an XML file.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A cell of Excel holds no more.
LONGEST = 32_767
BEYOND_TITLE = re.compile(r"[\[\]:*?/\\]")

Cell = str | int | Decimal | datetime.date | datetime.datetime | None


def safe(value: str) -> str:
    """Return a text that a spreadsheet shows and never computes."""
    value = UNPRINTABLE.sub(" ", value)[: LONGEST - 1]
    return f"'{value}" if FORMULA.match(value) else value


def in_chunks(rows: QuerySet, *fields: str, latest_first: bool = False) -> Iterator[tuple]:
    """Yield the values of any number of rows in constant memory, each row once, by primary key.

    The first of `fields` must be `pk`.
    """
    rows = rows.order_by("-pk" if latest_first else "pk").values_list(*fields)
    lookup = "pk__lt" if latest_first else "pk__gt"
    chunk = list(rows[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(rows.filter(**{lookup: chunk[-1][0]})[:CHUNK]) if len(chunk) == CHUNK else []


def download(
    form: str, name: str, *, headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str
) -> HttpResponseBase:
    """Return `rows` as a file called `name` with the ending of `form`, CSV or XLSX.

    Texts need not be made safe first; a moment with a zone is written on the clock of Brussels.
    """
    if form == XLSX:
        response = _as_xlsx(f"{name}.xlsx", headings, rows, title)
    else:
        response = _as_csv(f"{name}.csv", headings, rows)
    response["Cache-Control"] = "private, no-store"
    return response


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(name, headings, rows):
    # The line is handed back: its type in the library is that of a file, a number of characters.
    writer: Any = csv.writer(_Line(), delimiter=";")

    def lines():
        # With the mark, Excel knows that it is UTF-8; with the semicolons, that there are columns.
        yield "\ufeff" + writer.writerow([safe(heading) for heading in headings])
        left = iter(rows)
        while part := list(islice(left, LINES)):
            yield "".join(writer.writerow([_words(value) for value in row]) for row in part)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _words(value: Cell) -> str:
    """Return a cell as somebody in Flanders writes it, and as Excel there reads it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        value = in_brussels(value)
        # A hundred thousand of them: the template filter of Django takes most of the time then.
        seconds = f":{value.second:02}" if value.second else ""
        return f"{_day(value)} {value.hour:02}:{value.minute:02}{seconds}"
    if isinstance(value, datetime.date):
        return _day(value)
    return str(value)


def _day(value: datetime.date) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def in_brussels(moment: datetime.datetime) -> datetime.datetime:
    """Return a moment as a clock in Brussels shows it, without a zone: a spreadsheet has none."""
    return moment.astimezone(get_default_timezone()).replace(tzinfo=None, microsecond=0)


def _as_xlsx(name, headings, rows, title):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title=BEYOND_TITLE.sub(" ", title)[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - closed with the response
    workbook.save(file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _cell(sheet, value: Cell):
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, safe(value))
        # Text, also where it looks like a number: 0470 is no amount.
        cell.data_type = "s"
    elif isinstance(value, datetime.datetime):
        value = in_brussels(value)
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "dd/mm/yyyy hh:mm:ss" if value.second else "dd/mm/yyyy hh:mm"
    else:
        # The library takes every kind of number; its types name a few.
        number: Any = value
        cell = WriteOnlyCell(sheet, number)
        if isinstance(value, datetime.date):
            cell.number_format = "dd/mm/yyyy"
        elif isinstance(value, Decimal):
            cell.number_format = "#,##0.00"
    return cell
