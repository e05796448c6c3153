"""The subscribers: one row per person and list, latest first, and the same as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn

from core import clock, spreadsheet
from core.spreadsheet import Cell
from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.keuze import AbonnementKeuze
from nieuwsbrief.beheer.rechten import AlleenMet, mag_exporteren, mag_wijzigen
from nieuwsbrief.models import Abonnee, Lijst
from nieuwsbrief.staten import Bron, Staat
from post.screens.listing import BadgeColumn, LongListing
from post.words import moment_in_words

INDEX = "nieuwsbrief_abonnees:index"
PERSOON = "nieuwsbrief_abonnees:persoon"
CHUNK = 2000
KOPPEN = ["Adres", "Naam", "Taal", "Lijst", "Staat", "Sinds", "Bron", "Bevestigd op"]


class AbonneeListing(AlleenMet, LongListing):
    """All subscriptions."""

    keuze_class = AbonnementKeuze
    results_template_name = "post/beheer/lijst_resultaten.html"
    template_name = "nieuwsbrief/beheer/abonnees.html"
    page_title = "Abonnees"
    search_help = (
        "Zoek op een volledig adres, op het begin van een adres, of op een domein zoals "
        "@gemeente.be."
    )
    columns = [
        TitleColumn(
            "adres",
            label="Adres",
            accessor="abonnee.adres",
            width="32%",
            url_name=PERSOON,
            get_url=lambda rij: reverse(PERSOON, args=[rij.abonnee_id]),
        ),
        Column("lijst", label="Lijst", accessor="lijst.naam"),
        BadgeColumn(
            "staat", label="Staat", accessor="get_staat_display", look=lambda rij: rij.staat
        ),
        Column("sinds", label="Sinds", accessor=lambda rij: moment_in_words(rij.sinds)),
        Column("taal", label="Taal", accessor="abonnee.get_taal_display"),
        Column("bron", label="Bron", accessor="get_bron_display"),
    ]

    @cached_property
    def downloads(self) -> list[tuple[str, str]]:
        """Where the current choice can be downloaded, in words and as an address."""
        if not mag_exporteren(self.request.user):
            return []
        parameters = self.request.GET.copy()
        for name in (self.page_kwarg, "export", "_w_filter_fragment"):
            parameters.pop(name, None)
        address = f"{reverse('nieuwsbrief_abonnees:export')}?{parameters.urlencode()}"
        return [("CSV-bestand", address)]

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        context["kan_opzoeken"] = mag_wijzigen(self.request.user)
        return context


class AbonneeExport(AlleenMet, View):
    """The current choice as a file."""

    mag = staticmethod(mag_exporteren)

    def get(self, request, *args, **kwargs) -> HttpResponseBase:
        keuze = AbonnementKeuze(request.GET, request)
        if not keuze.is_geldig:
            messages.error(request, "Dit filter bestaat niet (meer). Er is niets gedownload.")
            return redirect(INDEX)
        audit.note_in_general(
            audit.GEEXPORTEERD, request.user, filter="; ".join(keuze.in_words(for_log=True))
        )
        return spreadsheet.download(
            spreadsheet.CSV,
            f"abonnees-{clock.today().isoformat()}",
            headings=KOPPEN,
            rows=rijen_van(keuze.rows()),
            title="Abonnees",
        )


def rijen_van(rows: QuerySet) -> Iterator[list[Cell]]:
    """Yield the lines of the file in constant memory, latest first.

    The people are fetched by their keys: in a join, a database may read all of them for each
    chunk, and a prefetch of so many asks for each of them by name, which SQLite refuses.
    """
    lijsten = dict(Lijst.objects.values_list("pk", "naam"))
    staten = {staat.value: str(staat.label) for staat in Staat}
    bronnen = {bron.value: str(bron.label) for bron in Bron}
    rows = rows.order_by("-pk").values_list(
        "pk", "abonnee_id", "lijst_id", "staat", "sinds", "bron", "bevestigd_op"
    )
    chunk = list(rows[:CHUNK])
    while chunk:
        people = Abonnee.objects.filter(pk__in={wie for _, wie, *_ in chunk})
        mensen = {pk: over for pk, *over in people.values_list("pk", "adres", "naam", "taal")}
        for _, wie, lijst, staat, sinds, bron, bevestigd_op in chunk:
            # She may have been forgotten a moment ago.
            if wie in mensen:
                yield [
                    *mensen[wie],
                    lijsten.get(lijst, ""),
                    staten[staat],
                    sinds,
                    bronnen[bron],
                    bevestigd_op,
                ]
        chunk = list(rows.filter(pk__lt=chunk[-1][0])[:CHUNK]) if len(chunk) == CHUNK else []
