"""Reading a table of amounts per municipality from a CSV file, as Excel and others write it."""

import csv
import hashlib
import io
from dataclasses import dataclass, field
from decimal import Decimal

from core.gemeenten import folded
from trajecten.models import Gemeente, VroegereGemeente
from trajecten.rekenhulp import GeenBedrag, read_amount

# All Flemish municipalities fit many times in this.
MOST_BYTES = 200_000
MOST_LINES = 1_000
COLUMNS = {
    "nis": {"nis", "niscode", "code", "refnis"},
    "naam": {"gemeente", "naam", "bestuur", "lokaalbestuur"},
    "bedrag": {"bedrag", "trekkingsrecht", "bedragperjaar", "subsidie"},
}


class Onleesbaar(ValueError):
    """A file that cannot be read as a table at all; the message is for the editor."""


@dataclass(frozen=True)
class Regel:
    """One line of the file: what it says, or what is wrong with it."""

    nummer: int
    tekst: str
    gemeente: Gemeente | None = None
    bedrag: Decimal | None = None
    fout: str = ""


@dataclass
class Voorbeeld:
    """A file as it was read: its lines, and whether it can be brought in."""

    regels: list[Regel] = field(default_factory=list)

    @property
    def goede(self) -> list[Regel]:
        return [regel for regel in self.regels if not regel.fout]

    @property
    def foute(self) -> list[Regel]:
        return [regel for regel in self.regels if regel.fout]

    @property
    def mag(self) -> bool:
        """Whether every line is right: a table goes in whole or not at all."""
        return bool(self.regels) and not self.foute

    @property
    def bedragen(self) -> dict[str, Decimal]:
        """The amounts by NIS code."""
        return {r.gemeente.nis: r.bedrag for r in self.goede if r.gemeente and r.bedrag}

    @property
    def totaal(self) -> Decimal:
        return sum(self.bedragen.values(), Decimal(0))

    @property
    def vingerafdruk(self) -> str:
        """The same for the same amounts, however the file was written."""
        lines = "\n".join(f"{nis}={bedrag:.2f}" for nis, bedrag in sorted(self.bedragen.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or the Windows code page of Excel."""
    if len(content) > MOST_BYTES:
        raise Onleesbaar("Dit bestand is te groot voor een tabel van gemeenten.")
    is_utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if is_utf_16 else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Onleesbaar("Dit is geen CSV-bestand. Bewaar de tabel in Excel als CSV.")


def read(text: str) -> Voorbeeld:
    """Read a table; raises Onleesbaar when its columns are not there.

    The first line names the columns: NIS-code, gemeente, bedrag. Semicolons, commas and tabs all
    separate; the name is compared with the code, so that a shifted column is seen.
    """
    rows = _rows(text)
    if not rows:
        raise Onleesbaar("Dit bestand is leeg.")
    places = _places(rows[0][1])
    reader = _Lines(places)
    return Voorbeeld([reader.read(number, row) for number, row in rows[1:]])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, each with its number in the file."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    found = []
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((reader.line_num, [cell.strip() for cell in row]))
            if len(found) > MOST_LINES:
                raise Onleesbaar("Dit bestand heeft te veel regels voor een tabel van gemeenten.")
    except csv.Error as fault:
        raise Onleesbaar(
            "Dit bestand is geen geldige CSV: er staat een aanhalingsteken te veel of te weinig."
        ) from fault
    return found


def _places(header: list[str]) -> dict[str, int]:
    names = [folded(cell) for cell in header]
    places = {
        column: next((place for place, name in enumerate(names) if name in known), None)
        for column, known in COLUMNS.items()
    }
    missing = [
        {"nis": "NIS-code", "naam": "gemeente", "bedrag": "bedrag"}[column]
        for column, place in places.items()
        if place is None
    ]
    if missing:
        raise Onleesbaar(
            f"De eerste regel noemt deze kolommen niet: {', '.join(missing)}. "
            "Zet bovenaan: NIS-code;gemeente;bedrag."
        )
    return {column: place for column, place in places.items() if place is not None}


class _Lines:
    """Reads line by line, and knows what came before."""

    def __init__(self, places):
        self._places = places
        self._now = {gemeente.nis: gemeente for gemeente in Gemeente.objects.all()}
        self._before = {
            former.nis: former
            for former in VroegereGemeente.objects.select_related("gemeente")
            if former.nis not in self._now
        }
        self._seen: dict[str, int] = {}

    def read(self, number: int, row: list[str]) -> Regel:
        text = "; ".join(row)[:120]
        if len(row) <= max(self._places.values()):
            return Regel(number, text, fout="Deze regel heeft te weinig kolommen.")
        nis, name, amount = (row[self._places[column]] for column in ("nis", "naam", "bedrag"))
        fault, gemeente = self._municipality(nis, name)
        if gemeente is None:
            return Regel(number, text, fout=fault)
        if gemeente.nis in self._seen:
            return Regel(
                number,
                text,
                fout=f"{gemeente} staat ook al op regel {self._seen[gemeente.nis]}.",
            )
        self._seen[gemeente.nis] = number
        try:
            return Regel(number, text, gemeente, read_amount(amount))
        except GeenBedrag as reason:
            return Regel(number, text, gemeente, fout=f"Bedrag “{amount}”: {reason}")

    def _municipality(self, nis, name):
        """Return what is wrong with a code and a name, and else the municipality."""
        if not nis:
            return "Er staat geen NIS-code. Haal een regel met een totaal weg.", None
        if former := self._before.get(nis):
            return (
                f"{former} ({nis}) bestaat niet meer en hoort nu bij {former.gemeente} "
                f"({former.gemeente.nis}). Vraag een tabel met de gemeenten van nu.",
                None,
            )
        gemeente = self._now.get(nis)
        if gemeente is None:
            return f"“{nis}” is geen NIS-code van een Vlaamse gemeente.", None
        if folded(name) != gemeente.zoeknaam:
            return f"NIS-code {nis} is {gemeente}, maar er staat “{name}”.", None
        return "", gemeente
