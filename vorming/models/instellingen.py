"""What holds for all courses, and an editor may change."""

from django.core.validators import MaxValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


def _days(name, default, help_text):
    return models.PositiveSmallIntegerField(
        name, default=default, help_text=help_text, validators=[MaxValueValidator(3650)]
    )


@register_setting(icon="calendar-alt")
class VormingInstellingen(BaseGenericSetting):
    """How long data of participants is kept, and which text tells them so.

    The periods count from the last day of a session. Source: our own choice; no law names them for
    enrolments (AVG art. 5 asks for as short as possible).
    """

    privacypagina = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="pagina met de privacyverklaring",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Bij elke inschrijving bewaren we welke versie van deze pagina toen gold.",
    )
    bewaar_noden = _days(
        "voeding en toegankelijkheid, in dagen", 14, "Daarna wissen we wat mensen nodig hadden."
    )
    bewaar_links = _days(
        "telefoon en online link, in dagen",
        30,
        "Daarna werkt ook de link van deelnemers niet meer.",
    )
    bewaar_wachtenden = _days(
        "wie er niet bij was, in dagen",
        91,
        "Wachtlijst, annuleringen en weigeringen. Daarna houden we alleen aantallen over.",
    )
    bewaar_deelnemers = _days(
        "deelnemers, in dagen", 730, "Daarna houden we alleen aantallen over."
    )
    bewaar_attesten = _days(
        "register van de attesten, in dagen",
        1826,
        "Zolang kan iemand een attest laten nakijken of opnieuw krijgen. Daarna wissen we het.",
    )

    # The last day on which the work of the night was done.
    laatste_nacht = models.DateField(null=True, editable=False)

    panels = [
        FieldPanel("privacypagina"),
        MultiFieldPanel(
            [
                FieldPanel("bewaar_noden"),
                FieldPanel("bewaar_links"),
                FieldPanel("bewaar_wachtenden"),
                FieldPanel("bewaar_deelnemers"),
                FieldPanel("bewaar_attesten"),
            ],
            heading="Hoelang we gegevens bewaren na de laatste dag",
        ),
    ]

    class Meta(BaseGenericSetting.Meta):
        verbose_name = "vorming: privacy en bewaren"
