"""The screen of one person in one session: everything an editor needs while she is on the phone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from post.models import Levering
from post.screens.access import may_manage
from post.words import kind_in_words
from vorming.beheer import kijklog, rechten
from vorming.beheer.woorden import naam_van, plaats_in_woorden, sessie_in_woorden
from vorming.links import is_too_old
from vorming.models import BijzondereNood, Inschrijving
from vorming.opzoeken import Aandacht
from vorming.services import berichten, privacy
from vorming.staten import Staat

MEESTE_MAILS = 100
# The mails that come once per enrolment; the others have a version in their key.
EENMALIG = [
    "aangeboden", "bevestigd", "doorgeschoven", "gaat-niet-door", "geannuleerd", "geweigerd",
    "ontvangen", "overgenomen", "samengevoegd", "verplaatst", "vervallen", "vervangen",
    "wachtlijst",
]  # fmt: skip


def persoon_url(pk: int) -> str:
    """Return the screen of a person."""
    return reverse("vorming_inschrijvingen:inspect", args=[pk])


class PersoonScherm(WagtailAdminTemplateMixin, View):
    """A page about one person, for who may see people."""

    header_icon = "user"
    # Who may only look sees no screen that changes something.
    wijzigt = True

    def dispatch(self, request, *args, **kwargs):
        may = rechten.mag_personen_zien(request.user)
        if not may or (self.wijzigt and not rechten.mag_inschrijvingen(request.user)):
            raise PermissionDenied
        self.een = get_object_or_404(
            Inschrijving.objects.select_related("sessie__vorming", "aanvraag__door"),
            pk=kwargs["pk"],
        )
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("vorming_inschrijvingen:list"), "label": "Inschrijvingen"},
        ]
        if self.wijzigt:
            items.append({"url": persoon_url(self.een.pk), "label": naam_van(self.een)})
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            een=self.een,
            naam=naam_van(self.een),
            sessie=self.een.sessie,
            sessie_tekst=sessie_in_woorden(self.een.sessie),
            terug=persoon_url(self.een.pk),
            **kwargs,
        )


class PersoonView(PersoonScherm):
    """Everything about one enrolment. Whoever opens it is written down."""

    template_name = "vorming/beheer/persoon.html"
    wijzigt = False

    def get_page_title(self):
        return naam_van(self.een)

    def get(self, request, *args, **kwargs):
        kijklog.noteer_blik(self.een, request.user)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        # These modules import this one: the screens of steps are screens of a person.
        from vorming.beheer.stappen import stappen_van

        one, user = self.een, self.request.user
        may_change = rechten.mag_inschrijvingen(user)
        waits = one.staat == Staat.WACHTLIJST
        ranks = Inschrijving.objects.plaatsen_in_de_rij([one.sessie_id]) if waits else {}
        reasons = Inschrijving.objects.filter(pk=one.pk).redenen().get(one.pk, [])
        return super().get_context_data(
            plaats=plaats_in_woorden(one, ranks.get(one.pk)),
            redenen=reasons,
            stappen=stappen_van(one) if may_change else {},
            mag_wijzigen=may_change,
            dubbels=self._doubles(Aandacht.DUBBEL in reasons),
            samen_met=self._together(),
            elders=self._elsewhere(),
            antwoorden=[(row["vraag"], _in_words(row["waarde"])) for row in one.antwoorden],
            workshops=list(one.workshopkeuzes.select_related("workshop").order_by("workshop")),
            noden=self._needs(),
            mag_noden=rechten.mag_noden_zien(user),
            mails=self._mails(),
            mag_post=may_manage(user),
            logboek=list(privacy.log_of(one)),
            blikken=kijklog.blikken(one),
            link_werkt=one.is_actief and not one.geanonimiseerd_op and not is_too_old(one),
            **kwargs,
        )

    def _doubles(self, is_double):
        rows = Inschrijving.objects.lijkt_op(self.een).select_related("aanvraag")
        return list(rows) if is_double or self.een.is_actief else []

    def _together(self):
        rows = Inschrijving.objects.filter(aanvraag=self.een.aanvraag_id)
        return list(rows.exclude(pk=self.een.pk).select_related("sessie__vorming").order_by("pk"))

    def _elsewhere(self):
        """Return the other enrolments of this person, of now and before."""
        if not self.een.e_mail_norm:
            return []
        rows = Inschrijving.objects.filter(e_mail_norm=self.een.e_mail_norm)
        rows = rows.exclude(pk=self.een.pk).exclude(aanvraag=self.een.aanvraag_id)
        same = rows.filter(naam__iexact=self.een.naam, voornaam__iexact=self.een.voornaam)
        return list(same.select_related("sessie__vorming").order_by("-pk")[:10])

    def _needs(self):
        """Return what somebody needs, once it is asked for: the look is written down apart."""
        if not rechten.mag_noden_zien(self.request.user):
            return None
        found = BijzondereNood.objects.filter(inschrijving=self.een).first()
        if found is None or not self.request.GET.get("noden"):
            return None
        kijklog.noteer_blik(self.een, self.request.user, kijklog.NODEN_BEKEKEN)
        return found

    def _mails(self):
        """Return what was mailed about this enrolment, to her or to the contact, latest first."""
        keys = [berichten.key_of(kind, self.een) for kind in EENMALIG]
        keys.append(f"vorming:aanvraag:{self.een.aanvraag.formuliertoken}")
        own = Levering.objects.filter(bericht__sleutel__in=keys).order_by().values("pk")
        found = set(own.values_list("pk", flat=True))
        if self.een.e_mail_norm:
            with_version = Levering.objects.filter(
                adres_norm=self.een.e_mail_norm, bericht__sleutel__contains=f":{self.een.uid}"
            )
            found |= set(with_version.values_list("pk", flat=True))
        rows = Levering.objects.filter(Q(pk__in=found)).select_related("bericht").order_by("-pk")
        mails = list(rows[:MEESTE_MAILS])
        for mail in mails:
            kind = mail.bericht.soort.removeprefix("vorming/")
            mail.soort_tekst = kind_in_words(kind)
        return mails


def _in_words(value) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
