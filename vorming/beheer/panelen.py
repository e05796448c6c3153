"""Sessions where editors come by: on the first page of the admin, and on the page of a course."""

import datetime
from typing import TYPE_CHECKING, Any

from wagtail.admin.panels import Panel
from wagtail.admin.ui.components import Component

from core import clock
from vorming.beheer.rechten import mag_sessies_maken, mag_sessies_zien
from vorming.doorschuiven import schuift_door
from vorming.staten import SessieStaat

# The models know this module, for the page of a course has a panel of it.
if TYPE_CHECKING:
    from vorming.models import Sessie

GETOOND = 6
# More coming sessions than this are not looked through for what needs attention.
BEKEKEN = 100
WEEK = datetime.timedelta(days=7)
MAAND = datetime.timedelta(days=30)


class SessiesVanVormingPanel(Panel):
    """The sessions of a course: to read, with a way to each and to a new one."""

    class BoundPanel(Panel.BoundPanel):
        """For one course."""

        template_name = "vorming/beheer/sessies_van_vorming.html"

        def is_shown(self):
            return super().is_shown() and mag_sessies_zien(self.request.user)

        def get_context_data(self, parent_context=None):
            from vorming.models import Sessie

            page = self.instance
            rows: list[Sessie] = []
            if page.pk:
                found = Sessie.objects.van(page).met_tellingen().select_related("vorming")
                rows = list(found.order_by("-begint_op", "-pk")[:GETOOND])
            # Sessions hang at the Dutch page, and every language shows them.
            source = page
            if page.pk and page.locale.language_code != "nl":
                source = page.get_translations().filter(locale__language_code="nl").first()
            context: Any = super().get_context_data(parent_context)
            return {
                **context,
                "sessies": rows,
                "meer": len(rows) == GETOOND,
                "vorming": source if page.pk else None,
                "mag_maken": mag_sessies_maken(self.request.user),
            }


class SessiesPanel(Component):
    """What comes, and what needs somebody, on the first page of the admin."""

    name = "sessies"
    order = 45
    template_name = "vorming/beheer/sessies_paneel.html"

    def get_context_data(self, parent_context=None):
        from vorming.models import Sessie

        request = parent_context["request"] if parent_context else None
        rows = Sessie.objects.komend().exclude(staat=SessieStaat.GEANNULEERD).met_tellingen()
        rows = list(rows.select_related("vorming").order_by("begint_op", "pk")[:BEKEKEN])
        attention = [(sessie, reasons) for sessie in rows if (reasons := aandacht(sessie))]
        return {
            "request": request,
            "aandacht": attention[:GETOOND],
            "nog_aandacht": max(0, len(attention) - GETOOND),
            "komend": rows[:GETOOND],
            "mag_maken": mag_sessies_maken(request.user) if request else False,
        }

    def render_html(self, parent_context=None):
        if not parent_context or not mag_sessies_zien(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)


def aandacht(sessie: "Sessie") -> list[str]:
    """Return why a coming session needs somebody. Needs `met_tellingen`."""
    now = clock.now()
    soon = sessie.begint_op - now
    found = []
    if sessie.aangevraagd:
        found.append(
            "1 inschrijving wacht op goedkeuring"
            if sessie.aangevraagd == 1
            else f"{sessie.aangevraagd} inschrijvingen wachten op goedkeuring"
        )
    is_stuck = sessie.wachtend and sessie.vrij and not schuift_door(sessie, now)
    if is_stuck and not sessie.is_begonnen and sessie.staat != SessieStaat.CONCEPT:
        found.append("er is plaats en iemand wacht: bel de volgende")
    lacks_link = sessie.is_online and not sessie.online_link and soon < WEEK
    if lacks_link and sessie.staat != SessieStaat.CONCEPT:
        found.append("er is nog geen link om online mee te doen")
    if sessie.staat == SessieStaat.CONCEPT and soon < MAAND:
        found.append("is nog een concept")
    if sessie.bezet > sessie.capaciteit:
        found.append(f"{sessie.bezet} plaatsen bezet van {sessie.capaciteit}")
    return found
