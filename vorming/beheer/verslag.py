"""The report of a year: figures beside those of the year before, with pictures and as a file."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.dates import MONTHS, MONTHS_3
from django.views import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core import clock, spreadsheet
from core.spreadsheet import FORMATEN
from vorming.beheer.rechten import mag_cijfers_zien
from vorming.cijfers import Jaarcijfers, Namen, jaren

URL_NAME = "vorming_verslag"
LANGSTE_LIJST = 25

# What each number of a year is called, and what it counts.
REGELS = [
    ("vormingen", "Vormingen", "Verschillende vormingen met minstens een sessie."),
    ("sessies", "Sessies", "Sessies die doorgingen of nog doorgaan."),
    ("sessies_geannuleerd", "Geannuleerde sessies", "Die tellen verder nergens mee."),
    ("plaatsen", "Plaatsen", "Alle plaatsen van die sessies samen."),
    ("deelnames", "Deelnames", "Bevestigde plaatsen. Wie twee keer komt, telt twee keer."),
    ("bezetting", "Bezetting", "Deelnames op honderd plaatsen."),
    ("organisaties", "Organisaties", "Verschillende organisaties met minstens een deelname."),
    ("gemeenten", "Gemeenten", "Verschillende gemeenten met minstens een deelname."),
    ("aangeduid", "Aanwezigheid aangeduid", "Deelnames waarvan we weten wie er was."),
    ("niet_gekomen", "Niet gekomen", "Geen enkele dag aanwezig, en niet verontschuldigd."),
    ("verontschuldigd", "Verontschuldigd", "Geen enkele dag aanwezig, wel verontschuldigd."),
    ("gewacht", "Op een wachtlijst", "Wie ooit op een wachtlijst stond."),
    ("zonder_plaats", "Nooit een plaats", "Wie op een wachtlijst stond en geen plaats kreeg."),
    (
        "geannuleerd",
        "Geannuleerde inschrijvingen",
        "Door de deelnemer of de redactie. Niet wie verplaatst of samengevoegd werd.",
    ),
    ("vervangen", "Vervangen door een collega", ""),
]
IN_PROCENT = {"bezetting"}


@dataclass(frozen=True)
class Regel:
    """One number of a year beside that of the year before."""

    naam: str
    uitleg: str
    nu: int | None
    vroeger: int | None
    is_procent: bool = False

    @property
    def verschil(self) -> str:
        if self.nu is None or self.vroeger is None:
            return ""
        found = self.nu - self.vroeger
        unit = " procentpunt" if self.is_procent else ""
        return f"{found:+d}{unit}".replace("-", "−") if found else "gelijk"


@dataclass(frozen=True)
class Staaf:
    """One line of a table with a bar: a name, a number, and how long the bar is, of a hundred."""

    naam: str
    aantal: int
    lengte: float
    vroeger: int


@dataclass(frozen=True)
class Kolom:
    """Two columns of a chart, for this year and the year before; sizes in units of the drawing."""

    naam: str
    kort: str
    nu: int
    vroeger: int
    x: int
    hoogte_nu: float
    hoogte_vroeger: float

    @property
    def midden(self) -> int:
        """Where the two columns meet."""
        return self.x + BREED

    @property
    def top_nu(self) -> float:
        return round(HOOG - self.hoogte_nu, 1)

    @property
    def top_vroeger(self) -> float:
        return round(HOOG - self.hoogte_vroeger, 1)


# The drawing of the months: a column is so wide, a month so far from the next, a chart so high.
BREED, STAP, HOOG, RAND = 18, 50, 160, 40


def vergelijk(nu: Jaarcijfers, vroeger: Jaarcijfers) -> list[Regel]:
    """Return every number of a year beside that of another."""
    return [
        Regel(label, uitleg, getattr(nu, name), getattr(vroeger, name), name in IN_PROCENT)
        for name, label, uitleg in REGELS
    ]


def staven(nu: Namen, vroeger: Namen) -> list[Staaf]:
    """Return the lines of a table with bars, the longest of which is a hundred."""
    rows = nu.meeste()
    highest = max((number for _, number in rows), default=0)
    return [
        Staaf(name, number, round(100 * number / highest, 1), vroeger.van(name))
        for name, number in rows
    ]


def kolommen(nu: list[int], vroeger: list[int]) -> list[Kolom]:
    """Return the columns of the months."""
    highest = max([*nu, *vroeger, 1])
    return [
        Kolom(
            naam=str(MONTHS[month]),
            kort=str(MONTHS_3[month]),
            nu=nu[month - 1],
            vroeger=vroeger[month - 1],
            x=RAND + (month - 1) * STAP,
            hoogte_nu=round(HOOG * nu[month - 1] / highest, 1),
            hoogte_vroeger=round(HOOG * vroeger[month - 1] / highest, 1),
        )
        for month in range(1, len(nu) + 1)
    ]


class VerslagView(WagtailAdminTemplateMixin, View):
    """The report of one year; `?jaar=` chooses which."""

    page_title = "Vorming per jaar"
    header_icon = "clipboard-list"
    template_name = "vorming/beheer/verslag.html"

    def dispatch(self, request: Any, *args, **kwargs):
        if not mag_cijfers_zien(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(URL_NAME), "label": self.get_page_title()},
        ]

    def get(self, request, *args, **kwargs):
        today = clock.today()
        years = jaren()
        year = self._year(years, today)
        now, before = Jaarcijfers(year), Jaarcijfers(year - 1)
        if request.GET.get("formaat") in FORMATEN:
            return self._download(request.GET["formaat"], now, before)
        months = kolommen(now.per_maand, before.per_maand)
        places = staven(now.per_gemeente, before.per_gemeente)
        organisations = staven(now.per_organisatie, before.per_organisatie)
        return self.render_to_response(
            self.get_context_data(
                jaar=year,
                vorig_jaar=year - 1,
                jaren=years,
                loopt_nog=year >= today.year,
                regels=vergelijk(now, before),
                maanden=months,
                hoogste=max([one.nu for one in months] + [one.vroeger for one in months]),
                cijfers=now,
                soorten=staven(now.per_soort, before.per_soort),
                gemeenten=places[:LANGSTE_LIJST],
                meer_gemeenten=max(0, len(places) - LANGSTE_LIJST),
                organisaties=organisations[:LANGSTE_LIJST],
                meer_organisaties=max(0, len(organisations) - LANGSTE_LIJST),
            )
        )

    def _year(self, years, today):
        wanted = self.request.GET.get("jaar", "")
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 and int(wanted) in years:
            return int(wanted)
        return next((year for year in years if year <= today.year), today.year)

    def _download(self, form, now, before):
        return spreadsheet.download(
            form,
            f"vorming-{now.jaar}",
            headings=["Onderdeel", "Cijfer", str(now.jaar), str(before.jaar)],
            rows=_rows(now, before),
            title=f"Vorming {now.jaar}",
        )


def _rows(now, before):
    for line in vergelijk(now, before):
        unit = " in procent" if line.is_procent else ""
        yield ["Het hele jaar", line.naam + unit, line.nu, line.vroeger]
    for name in ("sessies", "plaatsen", "deelnames", "bezetting", "niet_gekomen", "zonder_plaats"):
        earlier = {group.naam: getattr(group, name) for group in before.per_vorming}
        label = "bezetting in procent" if name == "bezetting" else name.replace("_", " ")
        for group in now.per_vorming:
            yield [
                f"Vorming: {label}",
                group.naam,
                getattr(group, name),
                earlier.get(group.naam, 0),
            ]
    for month in kolommen(now.per_maand, before.per_maand):
        yield ["Deelnames per maand", month.naam, month.nu, month.vroeger]
    for title, name in (
        ("Deelnames per soort organisatie", "per_soort"),
        ("Deelnames per gemeente", "per_gemeente"),
        ("Deelnames per organisatie", "per_organisatie"),
    ):
        earlier = getattr(before, name)
        for label, number in getattr(now, name).meeste():
            yield [title, label, number, earlier.van(label)]


class VerslagMenuItem(MenuItem):
    """In the menu of reports, for whoever may see the figures."""

    def is_shown(self, request):
        return mag_cijfers_zien(request.user)


def menu_item() -> MenuItem:
    return VerslagMenuItem(
        VerslagView.page_title,
        reverse(URL_NAME),
        name="vorming-per-jaar",
        icon_name="clipboard-list",
        order=600,
    )
