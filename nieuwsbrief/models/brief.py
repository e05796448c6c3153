"""One issue of the newsletter: its page on the site is the mail that people get."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core import clock
from core.models import BasePage
from nieuwsbrief import maanden
from nieuwsbrief.blocks import BRIEF
from nieuwsbrief.brief import voorbeeld
from nieuwsbrief.models.lijst import Lijst
from post import addresses


class MaandWidget(forms.Select):
    """The months around today, each as the two months that start with it."""

    TERUG, VOORUIT = 24, 14

    def format_value(self, value):
        day = value if hasattr(value, "isoformat") else None
        return [day.replace(day=1).isoformat() if day else str(value or "")]

    def optgroups(self, name, value, attrs=None):
        now = maanden.eerste_dag(clock.today())
        months = {
            month.isoformat(): maanden.in_woorden(month)
            for month in (
                maanden.plus(now, step) for step in range(self.VOORUIT, -self.TERUG - 1, -1)
            )
        }
        for known in value:
            # A month that is long past stays what it is.
            months.setdefault(known, known)
        self.choices = [("", "Kies de maanden"), *(one for one in months.items() if one[0])]
        return super().optgroups(name, value, attrs)


class ControlePanel(Panel):
    """On the edit screen: what is still wrong with the saved version, and the way to a test."""

    def __init__(self, **kwargs):
        kwargs.setdefault("heading", "Nakijken")
        super().__init__(**kwargs)

    class BoundPanel(Panel.BoundPanel):
        """For one issue."""

        template_name = "nieuwsbrief/beheer/controlepaneel.html"

        def is_shown(self):
            return self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            from nieuwsbrief.brief.controle import controleer, mag_weg

            found = controleer(self.instance)
            context: Any = super().get_context_data(parent_context)
            return {**context, "bevindingen": found, "mag_weg": mag_weg(found)}


class BriefQuerySet(PageQuerySet):
    """Issues."""

    def archief(self):
        """Return the published issues, the newest first."""
        return self.live().order_by("-eerste_maand", "-nummer", "-pk")


class NieuwsbriefPage(BasePage):
    """An issue: what people got in their mailbox, and can read here afterwards."""

    parent_page_types = ["nieuwsbrief.NieuwsbriefIndexPage"]
    subpage_types = []
    page_description = "Een nummer van de nieuwsbrief: mail en webversie tegelijk."

    nummer = models.PositiveIntegerField("nummer", null=True)
    eerste_maand = models.DateField("maanden", null=True)
    onderwerp = models.CharField(
        "onderwerp van de mail",
        max_length=120,
        help_text="Het belangrijkste eerst. Telefoons tonen ongeveer 40 tekens.",
    )
    preheader = models.CharField(
        "zin na het onderwerp",
        max_length=150,
        blank=True,
        help_text="Staat in de mailbox naast het onderwerp. Leeg: de samenvatting.",
    )
    lijsten = ParentalManyToManyField(
        Lijst,
        verbose_name="naar welke lijsten",
        blank=True,
        related_name="brieven",
        help_text="Wie op twee lijsten staat, krijgt de brief een keer.",
    )
    body = StreamField(BRIEF, verbose_name="inhoud", blank=True)

    objects = PageManager.from_queryset(BriefQuerySet)()

    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("nummer", overridable=False),
        SynchronizedField("eerste_maand", overridable=False),
        SynchronizedField("lijsten"),
    ]

    inhoud_panels = [
        ControlePanel(),
        FieldRowPanel(
            [FieldPanel("nummer"), FieldPanel("eerste_maand", widget=MaandWidget)],
            heading="Welke brief",
        ),
        FieldPanel("onderwerp"),
        FieldPanel("preheader"),
        FieldPanel("lijsten", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("onderwerp"),
        index.SearchField("body"),
        index.FilterField("eerste_maand"),
        index.FilterField("nummer"),
    ]

    class Meta:
        verbose_name = "nieuwsbrief"
        verbose_name_plural = "nieuwsbrieven"

    @property
    def maanden(self) -> str:
        """The two months in words: november – december 2026."""
        return maanden.in_woorden(self.eerste_maand) if self.eerste_maand else ""

    @cached_property
    def onderdelen(self):
        """What the issue holds, with pages and pictures looked up (nieuwsbrief.brief.inhoud)."""
        from nieuwsbrief.brief.inhoud import onderdelen_van

        return onderdelen_van(self)

    @property
    def preview_modes(self):
        """The ways in which an editor looks at an issue; the first one without choosing."""
        return voorbeeld.MODES

    def serve_preview(self, request, mode_name):
        """Show the mail, harmless, or the page on the site."""
        if mode_name in voorbeeld.MAIL_MODES:
            return voorbeeld.toon(self, mode_name)
        return super().serve_preview(request, "")

    def full_clean(self, *args, **kwargs):
        # An issue is about whole months.
        if self.eerste_maand:
            self.eerste_maand = maanden.eerste_dag(self.eerste_maand)
        super().full_clean(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.nummer is None or not self.path:
            return
        others = NieuwsbriefPage.objects.sibling_of(self, inclusive=False)
        if others.filter(nummer=self.nummer).exists():
            raise ValidationError({"nummer": "Er is al een brief met dit nummer."})


class Testadres(models.Model):
    """A mailbox of the team in which it looks at an issue before others get it.

    Retention: until an editor removes it. Only addresses of the team.
    """

    adres = models.EmailField("e-mailadres", unique=True)
    omschrijving = models.CharField(
        "van wie, of welk mailprogramma",
        max_length=100,
        blank=True,
        help_text="Bijvoorbeeld: Outlook op kantoor.",
    )

    panels = [FieldPanel("adres"), FieldPanel("omschrijving")]

    class Meta:
        verbose_name = "testadres"
        verbose_name_plural = "testadressen"
        ordering = ["adres"]

    def __str__(self):
        return f"{self.adres} ({self.omschrijving})" if self.omschrijving else self.adres

    def clean(self):
        super().clean()
        try:
            addresses.check(self.adres)
        except addresses.InvalidAddress as reason:
            raise ValidationError({"adres": str(reason)}) from None
