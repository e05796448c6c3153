"""Facts that change, kept once and shown everywhere.

The rules of the subsidy change on 1 January 2027. No date, amount, address or factor stands
in a template or in Python: they are rows of these models, each with its source.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
)
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core import clock
from core.querysets import BegripQuerySet, NotitieQuerySet, RegelkaderQuerySet, TermijnManager
from core.rich_text import KORTE_TEKST

MAANDEN = [
    (1, "januari"),
    (2, "februari"),
    (3, "maart"),
    (4, "april"),
    (5, "mei"),
    (6, "juni"),
    (7, "juli"),
    (8, "augustus"),
    (9, "september"),
    (10, "oktober"),
    (11, "november"),
    (12, "december"),
]


class Snippet(TranslatableMixin, index.Indexed, models.Model):
    """A fact with a stable key, one row per language."""

    sleutel = models.SlugField(
        "sleutel",
        max_length=80,
        blank=True,
        help_text=(
            "Vaste naam waarmee de site dit gegeven terugvindt. Laat leeg bij een nieuw gegeven."
        ),
    )

    # The key is the same in every language.
    override_translatable_fields = [SynchronizedField("sleutel", overridable=False)]

    class Meta(TranslatableMixin.Meta):
        abstract = True


class Team(Snippet):
    """Who looks after a page."""

    naam = models.CharField("naam", max_length=100, help_text="Bijvoorbeeld: Team lokale netwerken")
    e_mail = models.EmailField(
        "e-mailadres",
        blank=True,
        help_text="Hierheen gaat de herinnering als een pagina nagekeken moet worden.",
    )

    panels = [FieldPanel("naam"), FieldPanel("e_mail")]
    search_fields = [index.SearchField("naam"), index.FilterField("locale")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "team"
        verbose_name_plural = "teams"
        ordering = ["naam"]

    def __str__(self):
        return self.naam


class Bron(Snippet):
    """Where a fact comes from."""

    titel = models.CharField("titel", max_length=200)
    uitgever = models.CharField(
        "uitgever",
        max_length=120,
        blank=True,
        help_text="Wie het publiceert, bijvoorbeeld Departement CJM.",
    )
    url = models.URLField(
        "adres", max_length=500, help_text="Het precieze adres van de pagina of het document."
    )
    taal = models.CharField(
        "taal van de bron", max_length=2, choices=settings.LANGUAGES, default="nl"
    )
    geraadpleegd_op = models.DateField(
        "geraadpleegd op",
        null=True,
        blank=True,
        help_text="De dag waarop iemand van ons de bron las.",
    )

    panels = [
        FieldPanel("titel"),
        FieldPanel("uitgever"),
        FieldPanel("url"),
        FieldPanel("taal"),
        FieldPanel("geraadpleegd_op"),
    ]
    search_fields = [
        index.SearchField("titel"),
        index.SearchField("uitgever"),
        index.AutocompleteField("titel"),
        index.FilterField("locale"),
    ]

    # A source keeps its own name in every language.
    override_translatable_fields = [
        *Snippet.override_translatable_fields,
        SynchronizedField("titel", overridable=False),
        SynchronizedField("uitgever", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "bron"
        verbose_name_plural = "bronnen"
        ordering = ["titel"]

    def __str__(self):
        return self.titel


class Regelkader(DraftStateMixin, RevisionMixin, LockableMixin, Snippet):
    """A set of rules and the period in which it holds."""

    class ZonderFactor(models.TextChoices):
        """What it means that no factor is filled in."""

        NIET_VERPLICHT = "niet-verplicht", "niet verplicht"
        ONBEKEND = "onbekend", "niet bekend"

    naam = models.CharField("naam", max_length=150)
    korte_naam = models.CharField(
        "korte naam", max_length=60, help_text="Staat in labels bij een pagina."
    )
    geldig_van = models.DateField("geldig van", null=True, blank=True)
    geldig_tot = models.DateField(
        "geldig tot en met",
        null=True,
        blank=True,
        help_text="Laat leeg als er geen einddatum bekend is.",
    )
    factor_gemeente = models.PositiveSmallIntegerField(
        "eigen inbreng gemeente",
        null=True,
        blank=True,
        help_text="Hoeveel keer de subsidie een gemeente zelf inbrengt.",
    )
    zonder_factor_gemeente = models.CharField(
        "zonder factor voor een gemeente",
        max_length=20,
        choices=ZonderFactor,
        default=ZonderFactor.ONBEKEND,
        help_text="Telt als er geen factor staat: is er geen verplichting, of weten we het niet?",
    )
    jaren_gemeente = models.PositiveSmallIntegerField(
        "jaren in een periode, gemeente",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="Hoeveel jaar een afsprakennota van een gemeente geldt. Leeg: niet bekend.",
    )
    factor_vgc = models.PositiveSmallIntegerField(
        "eigen inbreng VGC",
        null=True,
        blank=True,
        help_text="Hoeveel keer de subsidie de VGC zelf inbrengt.",
    )
    zonder_factor_vgc = models.CharField(
        "zonder factor voor de VGC",
        max_length=20,
        choices=ZonderFactor,
        default=ZonderFactor.ONBEKEND,
        help_text="Telt als er geen factor staat: is er geen verplichting, of weten we het niet?",
    )
    jaren_vgc = models.PositiveSmallIntegerField(
        "jaren in een periode, VGC",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="Hoeveel jaar een afsprakennota van de VGC geldt. Leeg: niet bekend.",
    )
    uitleg_inbreng = models.TextField("uitleg bij de eigen inbreng", blank=True)
    wie_beslist = models.CharField("wie beslist", max_length=250, blank=True)
    loket = models.CharField("loket", max_length=250, blank=True, help_text="Waar je indient.")
    toelichting = RichTextField("toelichting", features=KORTE_TEKST, blank=True)
    bron = models.ForeignKey(
        Bron, verbose_name="bron", null=True, on_delete=models.PROTECT, related_name="+"
    )
    bevestigd_op = models.DateField("laatst bevestigd op", null=True, blank=True)
    bevestigd_door = models.CharField("bevestigd door", max_length=100, blank=True)

    objects = RegelkaderQuerySet.as_manager()

    panels = [
        FieldPanel("naam"),
        FieldPanel("korte_naam"),
        FieldRowPanel([FieldPanel("geldig_van"), FieldPanel("geldig_tot")], heading="Geldigheid"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("factor_gemeente"),
                        FieldPanel("zonder_factor_gemeente"),
                        FieldPanel("jaren_gemeente"),
                    ],
                    heading="Gemeente",
                ),
                FieldRowPanel(
                    [
                        FieldPanel("factor_vgc"),
                        FieldPanel("zonder_factor_vgc"),
                        FieldPanel("jaren_vgc"),
                    ],
                    heading="VGC",
                ),
                FieldPanel("uitleg_inbreng"),
            ],
            heading="Eigen inbreng, voor de rekenhulp",
        ),
        FieldPanel("wie_beslist"),
        FieldPanel("loket"),
        FieldPanel("toelichting"),
        FieldPanel("bron"),
        FieldRowPanel(
            [FieldPanel("bevestigd_op"), FieldPanel("bevestigd_door")], heading="Bevestiging"
        ),
        MultiFieldPanel([FieldPanel("sleutel")], heading="Instellingen", classname="collapsed"),
    ]
    search_fields = [
        index.SearchField("naam"),
        index.AutocompleteField("naam"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "regelkader"
        verbose_name_plural = "regelkaders"
        ordering = ["geldig_van", "naam"]

    def __str__(self):
        return self.naam

    def clean(self):
        super().clean()
        if self.geldig_van and self.geldig_tot and self.geldig_tot < self.geldig_van:
            raise ValidationError({"geldig_tot": "De einddatum ligt vóór de begindatum."})

    def holds_on(self, day) -> bool:
        """Say whether these rules hold on `day`, both ends included."""
        return (self.geldig_van is None or self.geldig_van <= day) and (
            self.geldig_tot is None or day <= self.geldig_tot
        )


class Termijn(DraftStateMixin, RevisionMixin, LockableMixin, Snippet):
    """A deadline or period that knows its rules and its source."""

    class Soort(models.TextChoices):
        EENMALIG = "eenmalig", "eenmalig"
        JAARLIJKS = "jaarlijks", "elk jaar"
        PERIODE = "periode", "periode"
        INGANG = "ingang", "gaat in op deze dag"

    naam = models.CharField(
        "naam", max_length=150, help_text="Bijvoorbeeld: Subsidieaanvraag indienen"
    )
    soort = models.CharField("soort", max_length=10, choices=Soort, default=Soort.EENMALIG)
    begin = models.DateField(
        "eerste dag",
        null=True,
        blank=True,
        help_text="Alleen bij een periode: de dag waarop ze begint.",
    )
    dag = models.PositiveSmallIntegerField(
        "dag",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="Laat dag en maand leeg als de datum nog niet bekend is. Verzin er geen.",
    )
    maand = models.PositiveSmallIntegerField("maand", null=True, blank=True, choices=MAANDEN)
    jaar = models.PositiveSmallIntegerField(
        "jaar",
        null=True,
        blank=True,
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
        help_text="Laat leeg als de termijn elk jaar terugkomt.",
    )
    inclusief = models.BooleanField(
        "tot en met deze dag",
        default=True,
        help_text="Aan: op deze dag kan het nog. Uit: de dag ervoor is de laatste dag.",
    )
    regelkader = models.ForeignKey(
        Regelkader,
        verbose_name="regelkader",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="termijnen",
        help_text="De regels waaruit deze termijn volgt. Buiten hun geldigheid vervalt de termijn.",
    )
    bron = models.ForeignKey(
        Bron,
        verbose_name="bron",
        null=True,
        on_delete=models.PROTECT,
        related_name="termijnen",
        help_text="Zonder bron kun je een termijn niet publiceren.",
    )
    toelichting = models.TextField(
        "toelichting", blank=True, help_text="Een of twee zinnen onder de datum."
    )
    tekst_voorbij = models.TextField(
        "tekst als de termijn voorbij is",
        blank=True,
        help_text="Wat kan de bezoeker dan nog wel doen?",
    )
    bevestigd_op = models.DateField("laatst bevestigd op", null=True, blank=True)
    bevestigd_door = models.CharField("bevestigd door", max_length=100, blank=True)

    objects = TermijnManager()

    panels = [
        FieldPanel("naam"),
        MultiFieldPanel(
            [
                FieldPanel("soort"),
                FieldPanel("begin"),
                FieldRowPanel([FieldPanel("dag"), FieldPanel("maand"), FieldPanel("jaar")]),
                FieldPanel("inclusief"),
            ],
            heading="Wanneer",
        ),
        FieldPanel("regelkader"),
        FieldPanel("bron"),
        FieldPanel("toelichting"),
        FieldPanel("tekst_voorbij"),
        FieldRowPanel(
            [FieldPanel("bevestigd_op"), FieldPanel("bevestigd_door")], heading="Bevestiging"
        ),
        MultiFieldPanel([FieldPanel("sleutel")], heading="Instellingen", classname="collapsed"),
    ]
    search_fields = [
        index.SearchField("naam"),
        index.AutocompleteField("naam"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "termijn"
        verbose_name_plural = "termijnen"
        ordering = ["jaar", "maand", "dag", "naam"]

    def __str__(self):
        return self.naam

    def clean(self):
        super().clean()
        from core.termijnen import validation_errors

        errors = validation_errors(self)
        if errors:
            raise ValidationError(errors)

    @property
    def anker(self) -> str:
        """Where this deadline stands on the page of all deadlines."""
        return f"termijn-{self.translation_key}"

    @property
    def stand(self):
        """The state of this deadline today (`core.termijnen.Stand`)."""
        from core.termijnen import stand_of

        return stand_of(self, clock.today())


class Begrip(Snippet):
    """A term of the field, explained."""

    term = models.CharField("term", max_length=100)
    andere_namen = models.CharField(
        "andere namen",
        max_length=250,
        blank=True,
        help_text=(
            "Hoe mensen dit nog noemen, met een komma ertussen. "
            "Wie zo'n naam zoekt, vindt dit begrip."
        ),
    )
    uitleg = models.TextField(
        "uitleg", help_text="Een of twee zinnen die iemand van buiten de sector begrijpt."
    )
    bron = models.ForeignKey(
        Bron,
        verbose_name="bron",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = BegripQuerySet.as_manager()

    panels = [
        FieldPanel("term"),
        FieldPanel("andere_namen"),
        FieldPanel("uitleg"),
        FieldPanel("bron"),
    ]
    search_fields = [
        index.SearchField("term", boost=2),
        index.SearchField("andere_namen"),
        index.SearchField("uitleg"),
        index.AutocompleteField("term"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "begrip"
        verbose_name_plural = "begrippen"
        ordering = ["term"]

    def __str__(self):
        return self.term


class Notitie(DraftStateMixin, RevisionMixin, Snippet):
    """A notice on every page, with a first and a last day."""

    titel = models.CharField("titel", max_length=120)
    tekst = models.TextField("tekst", max_length=400, help_text="Hoogstens twee korte zinnen.")
    pagina = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="pagina met meer uitleg",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    begin = models.DateField("eerste dag", null=True)
    einde = models.DateField("laatste dag", null=True, blank=True)

    objects = NotitieQuerySet.as_manager()

    panels = [
        HelpPanel(
            "Deze mededeling staat bovenaan elke pagina, van de eerste tot en met de laatste dag."
        ),
        FieldPanel("titel"),
        FieldPanel("tekst"),
        FieldPanel("pagina"),
        FieldRowPanel([FieldPanel("begin"), FieldPanel("einde")], heading="Wanneer zichtbaar"),
    ]
    search_fields = [index.SearchField("titel"), index.FilterField("locale")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "mededeling"
        verbose_name_plural = "mededelingen"
        ordering = ["-begin"]

    def __str__(self):
        return self.titel

    def clean(self):
        super().clean()
        if self.begin and self.einde and self.einde < self.begin:
            raise ValidationError({"einde": "De laatste dag ligt vóór de eerste dag."})
