"""What somebody can subscribe to."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from post import addresses

# RFC 2919: dots between labels, at least two, and nothing that needs quoting.
LIST_ID = r"^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$"


def _can_get_mail(address: str) -> None:
    try:
        addresses.check(address)
    except addresses.InvalidAddress as reason:
        raise ValidationError(str(reason)) from None


class LijstQuerySet(models.QuerySet):
    """Lists."""

    def te_kiezen(self):
        """Return the lists that a visitor may join."""
        return self.filter(actief=True, zichtbaar=True)

    def bij_inschrijving(self):
        """Return the lists that somebody who enrols in a course may tick."""
        return self.te_kiezen().filter(bij_inschrijving=True)


class Lijst(models.Model):
    """A newsletter that people subscribe to. It holds no data about people."""

    naam = models.CharField("naam", max_length=100, unique=True)
    slug = models.SlugField(
        "naam in adressen",
        max_length=60,
        unique=True,
        help_text="Kleine letters zonder spaties. Verander dit niet meer zodra er abonnees zijn.",
    )
    uitleg = models.CharField(
        "uitleg voor lezers",
        max_length=250,
        help_text="Wat krijg je, van wie en hoe vaak? Staat bij de keuze op de site en in mails.",
    )
    uitleg_fr = models.CharField("uitleg in het Frans", max_length=250, blank=True)
    uitleg_en = models.CharField("uitleg in het Engels", max_length=250, blank=True)
    afzender_naam = models.CharField(
        "naam van de afzender",
        max_length=100,
        blank=True,
        help_text=(
            "Leeg: de naam van de lijst. Vul je hier en bij het adres niets in, dan mailt de "
            "gewone afzender van de site."
        ),
    )
    afzender_adres = models.EmailField(
        "adres van de afzender",
        blank=True,
        validators=[_can_get_mail],
        help_text="Leeg: het gewone adres waarmee de site mailt.",
    )
    antwoord_adres = models.EmailField(
        "adres voor antwoorden",
        blank=True,
        validators=[_can_get_mail],
        help_text="Leeg: het adres van de helpdesk.",
    )
    list_id = models.CharField(
        "List-Id",
        max_length=200,
        blank=True,
        validators=[RegexValidator(LIST_ID, "Alleen letters, cijfers, streepjes en punten.")],
        help_text=(
            "Waaraan mailprogramma's de lijst herkennen. Leeg: de naam in adressen met het domein "
            "van de site. Verander dit niet meer na de eerste brief."
        ),
    )
    zichtbaar = models.BooleanField(
        "te kiezen op de site",
        default=True,
        help_text="Uit: wie ingeschreven is, blijft ze krijgen, maar niemand kan erbij.",
    )
    bij_inschrijving = models.BooleanField(
        "ook aan te kruisen bij inschrijven voor een vorming",
        default=False,
        help_text="Als vakje dat niet vooraf aangekruist is. Daarna bevestigt de lezer per mail.",
    )
    actief = models.BooleanField(
        "in gebruik", default=True, help_text="Uit: de lijst verschijnt nergens meer."
    )
    volgorde = models.PositiveSmallIntegerField("volgorde", default=0)

    objects = LijstQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("naam"), FieldPanel("slug")]),
        FieldPanel("uitleg"),
        FieldRowPanel([FieldPanel("uitleg_fr"), FieldPanel("uitleg_en")]),
        MultiFieldPanel(
            [
                FieldPanel("afzender_naam"),
                FieldPanel("afzender_adres"),
                FieldPanel("antwoord_adres"),
                FieldPanel("list_id"),
            ],
            heading="In de mail",
        ),
        FieldRowPanel([FieldPanel("zichtbaar"), FieldPanel("actief"), FieldPanel("volgorde")]),
        FieldPanel("bij_inschrijving"),
    ]

    class Meta:
        verbose_name = "lijst"
        verbose_name_plural = "lijsten"
        ordering = ["volgorde", "naam"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_id"],
                condition=~models.Q(list_id=""),
                name="nieuwsbrief_lijst_list_id_uniek",
                violation_error_message="Een andere lijst heeft deze List-Id al.",
            )
        ]

    def __str__(self):
        return self.naam

    @property
    def uitleg_hier(self) -> str:
        """What readers get, in the language of the page or else in Dutch."""
        return getattr(self, f"uitleg_{get_language()}", "") or self.uitleg

    @property
    def had_lezers(self) -> bool:
        """Whether we know of anybody who reads it, or who left it and may not be mailed again."""
        rijen: Any = (self.abonnementen, self.toestemmingen, self.uitschrijvingen)
        return any(een.exists() for een in rijen)

    @property
    def list_id_kop(self) -> str:
        """The value of the List-Id header (RFC 2919)."""
        return f"<{self.list_id or f'{self.slug}.{settings.POST_MESSAGE_ID_DOMAIN}'}>"

    @property
    def afzender(self) -> str:
        """Who mails, as `Naam <adres>`; empty for the usual sender of the site."""
        if not (self.afzender_adres or self.afzender_naam):
            return ""
        usual = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        mailbox = addresses.for_servers(self.afzender_adres or usual)
        return formataddr((self.afzender_naam or self.naam, mailbox))
