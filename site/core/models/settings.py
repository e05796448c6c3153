"""What the frame of the site says: who we are, how to reach us, what is in the menu."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable


@register_setting(icon="cog")
class SiteInstellingen(ClusterableModel, BaseSiteSetting):
    """Organisation, contact addresses, desks, menu and footer."""

    organisatie = models.CharField("organisatie", max_length=120, blank=True)
    organisatie_url = models.URLField("website van de organisatie", blank=True)
    adres = models.TextField("postadres", blank=True, help_text="Een regel per lijn van het adres.")
    helpdesk_e_mail = models.EmailField("e-mailadres van de helpdesk", blank=True)
    helpdesk_telefoon = models.CharField("telefoon van de helpdesk", max_length=40, blank=True)
    helpdesk_bereikbaar = models.CharField(
        "wanneer bereikbaar",
        max_length=150,
        blank=True,
        help_text="Bijvoorbeeld: op werkdagen van 9 tot 12 uur.",
    )
    contact_bevestigd_op = models.DateField(
        "contactgegevens bevestigd op",
        null=True,
        blank=True,
        help_text="De dag waarop iemand naging dat het adres en de telefoon nog kloppen.",
    )
    verzoeken_e_mail = models.EmailField(
        "e-mailadres voor verzoeken",
        blank=True,
        help_text=(
            "Hierheen mailt de site elke vraag en elke aanvraag van een gesprek. Leeg: het adres "
            "van de helpdesk."
        ),
    )
    verzoek_werkdagen = models.PositiveSmallIntegerField(
        "werkdagen om een verzoek op te nemen",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="Daarna staat een nieuw verzoek als te laat op het beginscherm.",
    )
    kiosk_url = models.URLField("adres van KIOSK", blank=True)
    klachten_url = models.URLField(
        "klachtendienst voor toegankelijkheid", blank=True, help_text="Staat in de verklaring."
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("organisatie"), FieldPanel("organisatie_url"), FieldPanel("adres")],
            heading="Organisatie",
        ),
        MultiFieldPanel(
            [
                FieldPanel("helpdesk_e_mail"),
                FieldPanel("helpdesk_telefoon"),
                FieldPanel("helpdesk_bereikbaar"),
                FieldPanel("contact_bevestigd_op"),
            ],
            heading="Helpdesk",
        ),
        MultiFieldPanel(
            [FieldPanel("verzoeken_e_mail"), FieldPanel("verzoek_werkdagen")],
            heading="Vragen en gesprekken",
        ),
        MultiFieldPanel([FieldPanel("kiosk_url"), FieldPanel("klachten_url")], heading="Loketten"),
        HelpPanel(
            "In het menu en de voet staat elke pagina onder haar eigen titel, in "
            "elke taal waarin ze bestaat."
        ),
        InlinePanel("menu", heading="Menu", label="Pagina", max_num=15),
    ]

    class Meta(BaseSiteSetting.Meta):
        verbose_name = "site-instellingen"


class MenuItem(Orderable):
    """A page in the menu at the top or at the foot."""

    class Plaats(models.TextChoices):
        BOVEN = "boven", "bovenaan"
        VOET = "voet", "in de voet"

    instellingen = ParentalKey(SiteInstellingen, on_delete=models.CASCADE, related_name="menu")
    pagina = models.ForeignKey(
        "wagtailcore.Page", verbose_name="pagina", on_delete=models.CASCADE, related_name="+"
    )
    plaats = models.CharField("plaats", max_length=5, choices=Plaats, default=Plaats.BOVEN)

    panels = [FieldPanel("pagina"), FieldPanel("plaats")]
