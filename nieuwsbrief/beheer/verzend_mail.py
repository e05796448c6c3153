"""The mail of an issue for who has to approve it: nobody says yes to what she cannot read.

Whoever may send need not be allowed to edit pages, and the previews of a page are for who may.
"""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from nieuwsbrief.beheer.verzend_basis import BRIEF, EenBrief
from nieuwsbrief.brief import voorbeeld
from nieuwsbrief.services import goedkeuren
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VERZENDING_VOORBIJ
from post.models import Bericht
from post.screens.base import AdminScreen

MODES = dict(mode for mode in voorbeeld.MODES if mode[0] in voorbeeld.MAIL_MODES)


class Mailweergave(EenBrief):
    """The mail of an issue: once approved what was approved, and before that what would leave."""

    @cached_property
    def bevroren(self) -> Bericht | None:
        """The mail that was approved, as long as we keep what it said."""
        verzending = self.verzending
        if verzending is None or verzending.staat in VERZENDING_VOORBIJ:
            return None
        bericht = verzending.bericht
        return bericht if bericht is not None and bericht.geleegd_op is None else None

    @cached_property
    def versie(self):
        """The issue as it is on the site."""
        try:
            return goedkeuren.versie_van(self.brief)
        except NietMogelijk as reden:
            if self.bevroren is None:
                raise Http404 from reden
            return self.brief


class MailView(Mailweergave, AdminScreen):
    """The mail in a frame, in one of the ways in which it can be looked at."""

    template_name = "nieuwsbrief/beheer/verzenden_mail.html"
    page_title = "Bekijk de mail"

    def get_breadcrumbs_items(self):
        return self.kruimels(
            {"url": reverse(BRIEF, args=[self.brief.pk]), "label": self.brief.title},
            {"url": "", "label": self.page_title},
        )

    def get_context_data(self, **kwargs):
        gekozen = self.request.GET.get("als")
        gekozen = gekozen if gekozen in MODES else voorbeeld.BREED
        return super().get_context_data(
            brief=self.brief,
            verzending=self.verzending,
            onderwerp=(self.bevroren or self.versie).onderwerp,
            preheader=self.versie.preheader if self.bevroren is None else "",
            bevroren=self.bevroren,
            manieren=MODES.items(),
            gekozen=gekozen,
            gekozen_in_woorden=MODES[gekozen],
            **kwargs,
        )


class MailInhoudView(Mailweergave, View):
    """What stands in that frame."""

    def get(self, request, *args, **kwargs):
        manier = kwargs["manier"]
        if manier not in MODES:
            raise Http404
        if self.bevroren is not None:
            return voorbeeld.toon_bevroren(self.versie, self.bevroren, manier)
        return voorbeeld.toon(self.versie, manier)
