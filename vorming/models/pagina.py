"""What the training offer is: pages with words. When and where stands in sessions."""

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from core import clock
from core.blocks import INHOUD
from core.models import BasePage
from core.rich_text import KORTE_TEKST
from vorming.beheer.panelen import SessiesVanVormingPanel
from vorming.blocks import VRAGEN
from vorming.models.sessie import Sessie
from vorming.staten import SessieStaat, Toestand, Vorm

ONLINE = "online"
# So many sessions that are over stay on the page of a course, with their report.
VOORBIJE_SESSIES = 5
# So many sessions are told about in a newsletter.
MEESTE_FEITEN = 3
TE_VERMELDEN = {
    Toestand.OPEN,
    Toestand.BIJNA_VOLZET,
    Toestand.WACHTLIJST,
    Toestand.NOG_NIET_OPEN,
}


def sessies_voor(pages) -> list[Sessie]:
    """Return the visible sessions of courses that have not ended, with days and counts."""
    return list(
        Sessie.objects.zichtbaar()
        .komend()
        .filter(vorming__translation_key__in=[page.translation_key for page in pages])
        .met_stand()
        .select_related("vorming")
        .prefetch_related("dagen")
        .met_workshops()
        .order_by("begint_op", "pk")
    )


class VormingIndexPage(BasePage):
    """The training offer, to be narrowed down by level and by place."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["vorming.VormingPage"]
    max_count_per_parent = 1
    page_description = "Het vormingsaanbod. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van vormingen"

    @cached_property
    def vormingen(self):
        """The published courses, in the editors' order, without their text."""
        if self.pk is None or not self.path:
            return []
        found = self.public(VormingPage.objects.child_of(self).live()).order_by("path")
        return list(found.only("title", "url_path", "samenvatting", "niveau", "translation_key"))

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        niveau, waar = request.GET.get("niveau", ""), request.GET.get("waar", "")
        sessies = sessies_voor(self.vormingen) if self.vormingen else []
        if waar == ONLINE:
            shown = [sessie for sessie in sessies if sessie.is_online]
        else:
            shown = [sessie for sessie in sessies if not waar or sessie.gemeente == waar]
        per_course: dict = {}
        for sessie in shown:
            per_course.setdefault(sessie.vorming.translation_key, []).append(sessie)
        courses = [page for page in self.vormingen if not niveau or page.niveau == niveau]
        if waar:
            courses = [page for page in courses if page.translation_key in per_course]
        used = {page.niveau for page in self.vormingen}
        context |= {
            "vormingen": [(page, per_course.get(page.translation_key, [])) for page in courses],
            "niveaus": [choice for choice in VormingPage.Niveau.choices if choice[0] in used],
            "niveau": niveau,
            "plaatsen": sorted({sessie.gemeente for sessie in sessies if sessie.gemeente}),
            "online": any(sessie.is_online for sessie in sessies),
            "waar": waar,
            "gefilterd": bool(niveau or waar),
        }
        return context


class VormingPage(BasePage):
    """A course, a network day or an exchange meeting: what it is about and for whom."""

    class Niveau(models.TextChoices):
        BASIS = "basis", _("basis")
        VERDIEPEND = "verdiepend", _("verdiepend")
        UITWISSELING = "uitwisseling", _("uitwisseling")

    parent_page_types = ["vorming.VormingIndexPage"]
    subpage_types = []
    page_description = "Een vorming, netwerkdag of uitwisseling. Data staan bij de sessies."

    niveau = models.CharField("niveau", max_length=12, choices=Niveau)
    inleiding = models.TextField("inleiding", blank=True)
    doelgroep = RichTextField("voor wie", features=KORTE_TEKST, blank=True)
    leerdoelen = RichTextField("wat je leert", features=KORTE_TEKST, blank=True)
    programma = RichTextField("programma", features=KORTE_TEKST, blank=True)
    praktisch = RichTextField("praktisch", features=KORTE_TEKST, blank=True)
    lesgevers = RichTextField("wie geeft de vorming", features=KORTE_TEKST, blank=True)
    afspraken = RichTextField("afspraken bij annuleren", features=KORTE_TEKST, blank=True)
    vooraf = models.ForeignKey(
        "self",
        verbose_name="eerst deze vorming",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Dan keurt de redactie elke inschrijving goed.",
    )
    vraag_noden = models.BooleanField(
        "vraag naar voeding en toegankelijkheid",
        default=True,
        help_text="Altijd vrij in te vullen. We wissen het kort na de laatste dag.",
    )
    vragen = StreamField(
        VRAGEN,
        verbose_name="vragen in het formulier",
        blank=True,
        help_text="Vraag alleen wat je nodig hebt. Elke deelnemer beantwoordt ze.",
    )
    evaluatievragen = models.TextField(
        "eigen vragen in de evaluatie",
        blank=True,
        help_text=(
            "Een vraag per regel. Ze komen na de vaste vragen. Mensen antwoorden in eigen woorden."
        ),
    )
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        FieldPanel("niveau"),
        FieldPanel("inleiding"),
        FieldPanel("doelgroep"),
        FieldPanel("leerdoelen"),
        FieldPanel("programma"),
        FieldPanel("praktisch"),
        FieldPanel("lesgevers"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                PageChooserPanel("vooraf", "vorming.VormingPage"),
                FieldPanel("vraag_noden"),
                FieldPanel("vragen"),
                FieldPanel("afspraken"),
            ],
            heading="Inschrijven",
        ),
        FieldPanel("evaluatievragen"),
        SessiesVanVormingPanel(heading="Sessies"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("doelgroep"),
        index.SearchField("leerdoelen"),
        index.SearchField("programma"),
        index.SearchField("praktisch"),
        index.SearchField("body"),
        index.FilterField("niveau"),
    ]

    select_related_when_served = [*BasePage.select_related_when_served, "vooraf"]
    toont_stand = True

    class Meta:
        verbose_name = "vorming"
        verbose_name_plural = "vormingen"

    @cached_property
    def komende_sessies(self) -> list[Sessie]:
        """The coming sessions, with days and counts; the same in every language."""
        return sessies_voor([self]) if self.pk else []

    @cached_property
    def voorbije_sessies(self) -> list[Sessie]:
        """The latest sessions that are over and have a report."""
        if not self.pk:
            return []
        found = Sessie.objects.zichtbaar().voorbij().van(self).filter(verslag__live=True)
        return list(found.select_related("verslag").order_by("-begint_op")[:VOORBIJE_SESSIES])

    def in_taal(self, taal: str | None) -> "VormingPage":
        """Return the published page of this course in a language, or else this one.

        Remembered per language: a mail to everybody in a session asks it for each of them.
        """
        if self.locale.language_code == taal:
            return self
        if taal not in self._per_taal:
            found = VormingPage.objects.select_related("locale").filter(
                translation_key=self.translation_key, locale__language_code=taal, live=True
            )
            self._per_taal[taal] = found.first() or self
        return self._per_taal[taal]

    @cached_property
    def _per_taal(self) -> "dict[str | None, VormingPage]":
        return {}

    def kernfeiten(self) -> list[str]:
        """Return when and where the next sessions are that somebody can still come to."""
        open_ones = [sessie for sessie in self.komende_sessies if sessie.toestand in TE_VERMELDEN]
        return [self._in_short(sessie) for sessie in open_ones[:MEESTE_FEITEN]]

    def _in_short(self, sessie):
        day = date_format(localtime(sessie.begint_op), "l j F Y") if sessie.begint_op else ""
        place = (
            str(_("Online")) if sessie.vorm == Vorm.ONLINE else sessie.gemeente or sessie.locatie
        )
        state = str(sessie.toestand.label)
        if sessie.toestand in (Toestand.OPEN, Toestand.BIJNA_VOLZET):
            state = ngettext("nog %(aantal)s plaats", "nog %(aantal)s plaatsen", sessie.vrij) % {
                "aantal": sessie.vrij
            }
        return f"{', '.join(filter(None, (day, place)))}: {state}"

    def structured_data(self, request) -> list[dict]:
        """Describe the course and its sessions to machines, from what the page shows."""
        own = {
            "@type": "Course",
            "name": self.title,
            "description": self.meta_beschrijving,
            "url": self.get_full_url(request),
            "inLanguage": "nl-BE",
            "provider": {"@id": f"{settings.BASE_URL}/#organisatie"},
            "hasCourseInstance": [
                self._instance(sessie, request) for sessie in self.komende_sessies
            ],
        }
        if self.niveau == self.Niveau.UITWISSELING:
            return [
                {"@type": "Event", "name": self.title, **self._event(sessie, request)}
                for sessie in self.komende_sessies
            ]
        return [own]

    def _instance(self, sessie, request):
        modes = {Vorm.ONLINE: "online", Vorm.HYBRIDE: "blended", Vorm.TER_PLAATSE: "onsite"}
        return {
            "@type": "CourseInstance",
            "courseMode": modes[Vorm(sessie.vorm)],
            **self._event(sessie, request),
        }

    def _event(self, sessie, request):
        now = clock.now().tzinfo
        cancelled = sessie.staat == SessieStaat.GEANNULEERD
        found = {
            "startDate": sessie.begint_op.astimezone(now).isoformat(),
            "endDate": sessie.eindigt_op.astimezone(now).isoformat(),
            "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
            "url": self.get_full_url(request),
        }
        if sessie.vorm == Vorm.ONLINE:
            # Where exactly only who has a place knows.
            found["location"] = {"@type": "VirtualLocation", "url": self.get_full_url(request)}
        elif sessie.waar:
            found["location"] = {
                "@type": "Place",
                "name": sessie.locatie or sessie.waar,
                "address": sessie.waar,
            }
        if sessie.prijs is not None:
            can = sessie.toestand in (Toestand.OPEN, Toestand.BIJNA_VOLZET)
            found["offers"] = {
                "@type": "Offer",
                "price": str(sessie.prijs),
                "priceCurrency": "EUR",
                "availability": f"https://schema.org/{'InStock' if can else 'SoldOut'}",
            }
        return found
