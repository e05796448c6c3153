"""Deliveries: the list, and the whole story of one."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from wagtail.admin.ui.tables import (
    BulkActionsCheckboxColumn,
    Column,
    NumberColumn,
    TitleColumn,
)

from post import services
from post.models import Levering
from post.reading import Lezing, mail_response
from post.screens import audit, exports
from post.screens.access import ManagersOnly
from post.screens.base import Screen
from post.screens.filters import LeveringKeuze
from post.screens.listing import BadgeColumn, PostListing
from post.states import BerichtStaat, Prioriteit, Staat
from post.words import (
    STATES,
    event_in_words,
    explain_code,
    kind_in_words,
    moment_in_words,
)

INDEX = "post_leveringen:index"
INSPECT = "post_leveringen:inspect"
SEARCH_HELP = (
    "Een volledig adres zoeken we overal. Een stuk van een adres, een naam of een onderwerp "
    "zoeken we in de laatste 50.000 leveringen."
)


def address_of(delivery: Levering) -> str:
    """Return the address of a delivery, or that it is gone."""
    return delivery.adres or "(adres gewist)"


def subject_of(delivery: Levering) -> str:
    """Return what the message was about, or that it is gone."""
    return delivery.bericht.onderwerp or "(onderwerp gewist)"


class DeliveryListing(PostListing):
    """All deliveries, latest first."""

    keuze_class = LeveringKeuze
    template_name = "post/beheer/leveringen.html"
    search_help = SEARCH_HELP
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="levering"),
        TitleColumn(
            "adres",
            label="Adres",
            accessor=address_of,
            url_name=INSPECT,
            get_title_id=lambda delivery: f"levering_{delivery.pk}_title",
        ),
        Column("bericht", label="Bericht", accessor=subject_of),
        Column("soort", label="Soort", accessor=lambda one: kind_in_words(one.bericht.soort)),
        BadgeColumn(
            "staat",
            label="Staat",
            accessor="get_staat_display",
            look=lambda delivery: delivery.staat,
        ),
        Column(
            "laatste_fout",
            label="Laatste fout",
            accessor=lambda one: explain_code(one.smtp_code) or one.laatste_fout[:120],
        ),
        NumberColumn("pogingen", label="Pogingen"),
        Column(
            "verzonden_op",
            label="Verzonden op",
            accessor=lambda one: moment_in_words(one.verzonden_op),
        ),
    ]

    @cached_property
    def downloads(self) -> list[tuple[str, str]]:
        """Where the current choice can be downloaded, in words and as an address."""
        parameters = self.request.GET.copy()
        for name in (self.page_kwarg, "export", "_w_filter_fragment"):
            parameters.pop(name, None)
        found = []
        for words, form in (("Excel-bestand", exports.XLSX), ("CSV-bestand", exports.CSV)):
            parameters["formaat"] = form
            address = f"{reverse('post_leveringen:export')}?{parameters.urlencode()}"
            found.append((words, address))
        return found


class OneDelivery(ManagersOnly):
    """A view about one delivery; whoever comes here sees an address, and that is written down."""

    @cached_property
    def delivery(self) -> Levering:
        return get_object_or_404(Levering.objects.select_related("bericht"), pk=self.kwargs["pk"])


class DeliveryView(OneDelivery, Screen):
    """One delivery: where it is, why, what was in it, and what can be done."""

    template_name = "post/beheer/levering.html"

    def get(self, request, *args, **kwargs):
        audit.note_look(self.delivery, request.user)
        return super().get(request, *args, **kwargs)

    def get_page_title(self):
        return f"Levering aan {address_of(self.delivery)}"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Leveringen"},
            {"url": "", "label": address_of(self.delivery)},
        ]

    def get_context_data(self, **kwargs):
        delivery = self.delivery
        reading = Lezing(delivery)
        can_decide = Levering.objects.open_to_decision().filter(pk=delivery.pk).exists()
        return super().get_context_data(
            levering=delivery,
            bericht=delivery.bericht,
            lezing=reading,
            soort=kind_in_words(delivery.bericht.soort),
            uitleg=STATES[Staat(delivery.staat)],
            uitleg_code=explain_code(delivery.smtp_code),
            verhaal=story_of(delivery),
            kan_opnieuw=can_decide and delivery.staat == Staat.MISLUKT,
            kan_beslissen=can_decide and delivery.staat == Staat.ONZEKER,
            is_gestopt=delivery.bericht.staat == BerichtStaat.GEANNULEERD,
            is_gepauzeerd=delivery.bericht.staat == BerichtStaat.GEPAUZEERD,
            is_onderdrukt=bool(
                delivery.adres
                and delivery.prioriteit == Prioriteit.BULK
                and services.is_suppressed(delivery.adres)
            ),
            **kwargs,
        )


class DeliveryMailView(OneDelivery, View):
    """The mail itself, for the frame on the page of the delivery."""

    def get(self, request, *args, **kwargs):
        reading = Lezing(self.delivery)
        if reading.is_geleegd:
            raise Http404
        audit.note_look(self.delivery, request.user)
        return mail_response(reading.html)


class DeliveryExport(ManagersOnly, View):
    """The current choice as a file."""

    def get(self, request, *args, **kwargs):
        return exports.export(request)


def story_of(delivery: Levering) -> list[dict[str, object]]:
    """Return everything that is known to have happened, latest first."""
    story = [{"op": delivery.aangemaakt_op, "wat": "Klaargezet om te versturen"}]
    if delivery.verzonden_op:
        story.append({"op": delivery.verzonden_op, "wat": "Verzonden"})
    if delivery.staat == Staat.WACHT and delivery.pogingen:
        story.append({"op": delivery.niet_voor, "wat": "Volgende poging, niet vroeger dan"})
    for event in delivery.gebeurtenissen.all()[:50]:
        story.append(
            {"op": event.op, "wat": event_in_words(event.soort), "woorden": event.omschrijving}
        )
    for entry in audit.entries_of(delivery):
        story.append({"op": entry.timestamp, "wat": entry.message, "wie": entry.user_display_name})
    story.sort(key=lambda happening: happening["op"], reverse=True)
    return story
