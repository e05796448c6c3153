"""Lists of participants, and of invoices, as a file for a spreadsheet.

Only for who may take data out of the site. Who took what, and how much of it, is written down; what
people need is left out unless somebody who may see it asks for it.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import LogActionRegistry, LogFormatter, log

from core import clock, spreadsheet
from core.spreadsheet import CSV, FORMATEN, XLSX
from post.words import moment_in_words, number_in_words
from vorming.beheer import kijklog
from vorming.beheer.keuze import NIET_MEE, in_de_lijst
from vorming.beheer.opzoeken import antwoord_in_woorden
from vorming.beheer.rechten import mag_noden_zien, mag_uitvoeren
from vorming.models import Inschrijving, Sessie, VormingPage, Workshop, Workshopkeuze
from vorming.models.aanwezigheid import Aanwezig, Aanwezigheid
from vorming.staten import SoortOrganisatie, Staat

URL_NAME = "vorming_uitvoer"
URL_NAME_SESSIE = "vorming_uitvoer_sessie"
UITGEVOERD = "vorming.uitgevoerd"

# A workbook is written before its first byte leaves; with more rows a browser stops waiting.
MEESTE_REGELS_EXCEL = 20_000
PERSONEN, FACTUREN = "personen", "facturen"
WAT = {
    PERSONEN: "inschrijvingen, een regel per persoon",
    FACTUREN: "facturen, een regel per aanvraag",
}
# Each column of a person: what is read, and what stands above it.
KOLOMMEN = {
    "pk": "Nummer",
    "staat": "Staat",
    "volgnummer": "Volgnummer op de wachtlijst",
    "voornaam": "Voornaam",
    "naam": "Naam",
    "e_mail": "E-mail",
    "functie": "Functie",
    "aanvraag__organisatie": "Organisatie",
    "aanvraag__soort_organisatie": "Soort organisatie",
    "aanvraag__gemeente": "Gemeente",
    "aanvraag__telefoon": "Telefoon van de contactpersoon",
    "aanvraag__e_mail": "E-mail van de contactpersoon",
    "sessie__vorming__title": "Vorming",
    "sessie__naam": "Sessie",
    "sessie__begint_op": "Begint op",
    "sessie__prijs": "Prijs",
    "aangemaakt_op": "Ingeschreven op",
    "bevestigd_op": "Bevestigd op",
    "dagen_aanwezig": "Dagen aanwezig",
}
FACTUURKOLOMMEN = {
    "aanvraag__pk": "Nummer",
    "aanvraag__organisatie": "Organisatie",
    "aanvraag__factuur_naam": "Naam op de factuur",
    "aanvraag__factuur_adres": "Adres op de factuur",
    "aanvraag__ondernemingsnummer": "Ondernemingsnummer",
    "aanvraag__bestelbon": "Nummer van de bestelbon",
    "aanvraag__voornaam": "Voornaam van de contactpersoon",
    "aanvraag__naam": "Naam van de contactpersoon",
    "aanvraag__e_mail": "E-mail van de contactpersoon",
    "sessie__vorming__title": "Vorming",
    "sessie__naam": "Sessie",
    "sessie__begint_op": "Begint op",
    "sessie__prijs": "Prijs per persoon",
    "aantal": "Personen met een plaats",
}


class UitvoerForm(forms.Form):
    """What goes in the file."""

    wat = forms.ChoiceField(
        label="Wat", choices=list(WAT.items()), widget=forms.RadioSelect, initial=PERSONEN
    )
    sessie = forms.ModelChoiceField(
        label="Sessie", queryset=Sessie.objects.none(), required=False, empty_label="alle sessies"
    )
    vorming = forms.ModelChoiceField(
        label="Vorming",
        queryset=VormingPage.objects.none(),
        required=False,
        empty_label="alle vormingen",
    )
    jaar = forms.TypedChoiceField(
        label="Jaar waarin de sessie begint", coerce=int, empty_value=None, required=False
    )
    staat = forms.MultipleChoiceField(
        label="Staat",
        choices=Staat.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Niets aangevinkt: alle staten. Een factuur is er alleen voor wie bevestigd is.",
    )
    noden = forms.BooleanField(
        label="Ook voeding en toegankelijkheid",
        required=False,
        help_text=(
            "Vink dit alleen aan voor wie de dag regelt. Het kan iets zeggen over iemands "
            "gezondheid of geloof. Gooi het bestand weg zodra de sessie voorbij is."
        ),
    )
    formaat = forms.ChoiceField(
        label="Bestand",
        choices=[(XLSX, "Excel-bestand"), (CSV, "CSV-bestand, met puntkomma's")],
        widget=forms.RadioSelect,
        initial=XLSX,
    )

    def __init__(self, *args, gebruiker, **kwargs):
        super().__init__(*args, **kwargs)
        sessions = Sessie.objects.select_related("vorming").order_by("-begint_op", "-pk")
        self.fields["sessie"].queryset = sessions
        self.fields["sessie"].label_from_instance = lambda one: (
            f"{one} ({moment_in_words(one.begint_op) or 'nog geen datum'})"
        )
        self.fields["vorming"].queryset = VormingPage.objects.filter(
            pk__in=Sessie.objects.order_by().values("vorming")
        ).order_by("title")
        years = (
            Sessie.objects.filter(begint_op__isnull=False)
            .order_by()
            .annotate(jaar=ExtractYear("begint_op"))
            .values_list("jaar", flat=True)
            .distinct()
        )
        choices = [(year, str(year)) for year in sorted(years, reverse=True)]
        self.fields["jaar"].choices = [("", "alle jaren"), *choices]
        if not mag_noden_zien(gebruiker):
            del self.fields["noden"]

    def rows(self) -> QuerySet:
        """Return the enrolments that a valid form chooses."""
        data = self.cleaned_data
        rows = Inschrijving.objects.all()
        if data["sessie"]:
            rows = rows.filter(sessie=data["sessie"])
        if data["vorming"]:
            rows = rows.filter(sessie__vorming=data["vorming"])
        if data["jaar"]:
            rows = rows.filter(sessie__begint_op__year=data["jaar"])
        if data["wat"] == FACTUREN:
            return rows.filter(
                staat=Staat.BEVESTIGD, sessie__prijs__gt=0, aanvraag__geanonimiseerd_op=None
            )
        if data["staat"]:
            rows = rows.filter(staat__in=data["staat"])
        return rows

    def in_words(self) -> str:
        """Return the choice for the log: it names no person."""
        data = self.cleaned_data
        parts = [
            str(data["sessie"]) if data["sessie"] else "",
            str(data["vorming"]) if data["vorming"] else "",
            str(data["jaar"] or ""),
            ", ".join(str(Staat(one).label) for one in data["staat"] if data["wat"] == PERSONEN),
        ]
        return "; ".join(filter(None, parts)) or "alles"


# --- The rows of the file ----------------------------------------------------------------


def personen(rows: QuerySet, *, noden: bool) -> tuple[list[str], Iterator[list]]:
    """Return headings and rows, one per person; answers stand in a column per question."""
    rounds = list(
        Workshop.objects.filter(sessie__in=rows.order_by().values("sessie"))
        .order_by("ronde")
        .values_list("ronde", flat=True)
        .distinct()
    )
    questions = _questions(rows)
    columns = list(dict.fromkeys(questions.values()))
    fields = [*KOLOMMEN, *(f"ronde_{number}" for number in range(len(rounds)))]
    headings = [*KOLOMMEN.values(), *rounds, *columns]
    if noden:
        fields += ["bijzondere_nood__voeding", "bijzondere_nood__toegankelijkheid"]
        headings += ["Voeding", "Toegankelijkheid"]
    rows = rows.annotate(
        dagen_aanwezig=_days_present(),
        **{f"ronde_{number}": _choice(ronde) for number, ronde in enumerate(rounds)},
    )
    lists = spreadsheet.in_chunks(rows, *fields, "antwoorden")
    width = len(KOLOMMEN) + len(rounds)
    return headings, (
        [*_in_words(row[:width]), *_answers(row[-1], questions, columns), *row[width:-1]]
        for row in lists
    )


def _days_present():
    """Count per row: joining the days to all rows first would cost the more, the more there are."""
    days = Aanwezigheid.objects.filter(inschrijving=OuterRef("pk"), stand=Aanwezig.AANWEZIG)
    counted = days.order_by().values("inschrijving").annotate(aantal=Count("pk")).values("aantal")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _choice(ronde):
    chosen = Workshopkeuze.objects.filter(
        inschrijving=OuterRef("pk"), ronde=ronde, plaats__isnull=False
    )
    return Subquery(chosen.values("workshop__naam")[:1])


def _in_words(row):
    values = dict(zip(KOLOMMEN, row, strict=False))
    if values["staat"] != Staat.WACHTLIJST:
        values["volgnummer"] = None
    values["staat"] = str(Staat(values["staat"]).label)
    kind = values["aanvraag__soort_organisatie"]
    values["aanvraag__soort_organisatie"] = str(SoortOrganisatie(kind).label) if kind else ""
    for name in ("aangemaakt_op", "bevestigd_op"):
        if values[name]:
            values[name] = values[name].replace(second=0)
    return [*values.values(), *row[len(KOLOMMEN) :]]


def _questions(rows):
    """Return per question of these enrolments the heading of its column.

    The words of today come from the course; a question that is gone keeps the words of then. What
    several courses ask in the same words is one column.
    """
    found: dict[str, str] = {}
    pages = VormingPage.objects.filter(sessies__in=rows.order_by().values("sessie")).distinct()
    for page in pages.order_by("pk"):
        found |= {str(block.id): block.value["vraag"] for block in page.vragen}
    for _, answers in spreadsheet.in_chunks(rows.exclude(antwoorden=[]), "pk", "antwoorden"):
        for answer in answers:
            found.setdefault(answer["sleutel"], answer["vraag"])
    return found


def _answers(answers, questions, columns):
    given: dict[str, list[str]] = {}
    for answer in answers:
        words = antwoord_in_woorden(answer["waarde"])
        given.setdefault(questions[answer["sleutel"]], []).append(words)
    return ["; ".join(given.get(column, [])) for column in columns]


def facturen(rows: QuerySet) -> tuple[list[str], Iterator[list]]:
    """Return headings and rows, one per request and session, with what it comes to."""
    grouped = (
        rows.order_by()
        .values("aanvraag", "sessie")
        .annotate(aantal=Count("pk"))
        .order_by("aanvraag", "sessie")
        .values_list(*FACTUURKOLOMMEN)
    )
    return [*FACTUURKOLOMMEN.values(), "Totaal"], (
        [*row, row[-1] * row[-2]] for row in grouped.iterator(chunk_size=spreadsheet.CHUNK)
    )


# --- The screen --------------------------------------------------------------------------


class Uitgevoerd(LogFormatter):
    """A file with people."""

    label = "Lijst van vorming gedownload"

    def format_message(self, log_entry):
        data = log_entry.data
        needs = ", met voeding en toegankelijkheid" if data.get("noden") else ""
        return (
            f"Downloadde {data.get('aantal', 0)} {data.get('wat', '')} als "
            f"{data.get('formaat', '')} ({data.get('filter', '')}{needs})"
        )


def register_log_actions(actions: LogActionRegistry) -> None:
    """Give the action its name."""
    actions.register_action(UITGEVOERD)(Uitgevoerd)


class UitvoerView(WagtailAdminTemplateMixin, View):
    """Choose what goes in the file, and take it."""

    page_title = "Lijst downloaden"
    header_icon = "download"
    template_name = "vorming/beheer/uitvoer.html"

    def dispatch(self, request: Any, *args, **kwargs):
        if not mag_uitvoeren(request.user):
            raise PermissionDenied
        self.sessie = get_object_or_404(Sessie, pk=kwargs["pk"]) if "pk" in kwargs else None
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(URL_NAME), "label": self.get_page_title()},
        ]

    def get(self, request, *args, **kwargs):
        # A list of enrolments may link here with what it shows.
        initial = {
            "sessie": self.sessie or request.GET.get("sessie"),
            "vorming": request.GET.get("vorming"),
            "jaar": request.GET.get("jaar"),
            "staat": request.GET.getlist("staat"),
            "wat": request.GET.get("wat", PERSONEN),
            "formaat": XLSX,
        }
        return self._show(UitvoerForm(initial=initial, gebruiker=request.user))

    def post(self, request, *args, **kwargs):
        form = UitvoerForm(request.POST, gebruiker=request.user)
        if not form.is_valid():
            return self._show(form)
        data, rows = form.cleaned_data, form.rows()
        is_people = data["wat"] == PERSONEN
        number = (
            rows.count()
            if is_people
            else rows.order_by().values("aanvraag", "sessie").distinct().count()
        )
        if not number:
            messages.warning(request, "Hier is niets van. Er is niets gedownload.")
            return self._show(form)
        if data["formaat"] == XLSX and number > MEESTE_REGELS_EXCEL:
            form.add_error(
                "formaat",
                f"Dit zijn {number_in_words(number)} regels: te veel voor een Excel-bestand. Kies "
                "een sessie of een jaar, of neem het CSV-bestand.",
            )
            return self._show(form)
        needs = bool(data.get("noden")) and is_people
        headings, lines = personen(rows, noden=needs) if is_people else facturen(rows)
        log(
            data["sessie"] or Sessie(pk=0),
            UITGEVOERD,
            user=request.user,
            title=str(data["sessie"] or "vorming"),
            data={
                "wat": "inschrijvingen" if is_people else "facturen",
                "aantal": number,
                "formaat": FORMATEN[data["formaat"]],
                "filter": form.in_words(),
                "noden": needs,
            },
        )
        if needs:
            told = rows.filter(bijzondere_nood__isnull=False).order_by()
            kijklog.noteer_noden(told.values_list("pk", flat=True).distinct(), request.user)
        return spreadsheet.download(
            data["formaat"],
            f"{'inschrijvingen' if is_people else 'facturen'}-{clock.today().isoformat()}",
            headings=headings,
            rows=lines,
            title="Inschrijvingen" if is_people else "Facturen",
        )

    def _show(self, form):
        stays = in_de_lijst(self.request.GET.getlist(NIET_MEE))
        return self.render_to_response(self.get_context_data(formulier=form, niet_mee=stays))


class UitvoerMenuItem(MenuItem):
    """In the menu of reports, for whoever may take lists out."""

    def is_shown(self, request):
        return mag_uitvoeren(request.user)


def menu_item() -> MenuItem:
    return UitvoerMenuItem(
        "Lijst van deelnemers",
        reverse(URL_NAME),
        name="vorming-uitvoer",
        icon_name="download",
        order=610,
    )
