"""How long data of subscribers is kept, and which text tells them so."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


def _days(name, default, help_text):
    return models.PositiveSmallIntegerField(
        name,
        default=default,
        help_text=help_text,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )


@register_setting(icon="mail")
class NieuwsbriefInstellingen(BaseGenericSetting):
    """The periods of the newsletter. Source: our own choice; no law names them (domain: 11.2)."""

    privacypagina = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="pagina met de privacyverklaring",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Bij elke toestemming bewaren we welke versie van deze pagina toen gold.",
    )
    bewaar_onbevestigd = _days(
        "niet bevestigd, in dagen", 7, "Wie daarna niet bevestigde, wissen we helemaal."
    )
    bewaar_gestopt = _days(
        "uitgeschreven, in dagen",
        365,
        "Zo lang kun je nog tonen wanneer iemand ja en nee zei. Daarna blijft alleen een code over "
        "waaraan we zien dat dit adres geen nieuwsbrief meer wil.",
    )
    bewaar_invoer = _days(
        "ingevoerde bestanden, in dagen",
        7,
        "Zo lang kun je de regels nog ophalen die niet klopten.",
    )

    redactie_adres = models.EmailField(
        "adres van de redactie",
        blank=True,
        help_text=(
            "Krijgt twee weken vooraf een herinnering aan de volgende brief, en een mail als het "
            "verzenden stopt. Leeg: dan gaan die mails naar wie brieven mag maken of verzenden."
        ),
    )
    verschijndag = models.PositiveSmallIntegerField(
        "dag waarop de brief vertrekt",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text="De dag van de eerste maand. Een richtdag: er vertrekt niets vanzelf.",
    )

    alleen_goedkeuren = models.BooleanField(
        "wie de brief schreef, mag hem zelf goedkeuren",
        default=False,
        help_text="Alleen voor een team van één. Anders kijkt altijd een tweede persoon na.",
    )
    respijt = models.PositiveSmallIntegerField(
        "respijt, in minuten",
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(720)],
        help_text=(
            "Een geplande brief die zo veel minuten te laat gevonden wordt, vertrekt niet vanzelf: "
            "de site vraagt dan eerst wat je wilt."
        ),
    )
    klikken_tellen = models.BooleanField(
        "tel hoe vaak een link geopend wordt",
        default=False,
        help_text=(
            "Per link en per brief een getal, zonder iets over personen. Links in de mail lopen "
            "dan eerst langs deze site. Programma's die mails nakijken, tellen mee."
        ),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("redactie_adres"), FieldPanel("verschijndag")],
            heading="De volgende brief",
        ),
        MultiFieldPanel(
            [
                FieldPanel("alleen_goedkeuren"),
                FieldPanel("respijt"),
                FieldPanel("klikken_tellen"),
            ],
            heading="Verzenden",
        ),
        FieldPanel("privacypagina"),
        MultiFieldPanel(
            [
                FieldPanel("bewaar_onbevestigd"),
                FieldPanel("bewaar_gestopt"),
                FieldPanel("bewaar_invoer"),
            ],
            heading="Hoelang we gegevens bewaren",
        ),
    ]

    class Meta(BaseGenericSetting.Meta):
        verbose_name = "nieuwsbrief: ritme, privacy en bewaren"
