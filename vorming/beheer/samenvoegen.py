"""The screen on which two rows of one person become one."""

from django import forms
from django.shortcuts import get_object_or_404, redirect
from wagtail.admin import messages

from core import clock
from vorming.beheer import kijklog
from vorming.beheer.persoon import PersoonScherm, persoon_url
from vorming.beheer.stappen import DUBBELKLIK, VERANDERD, Veranderd, stempel_van
from vorming.beheer.woorden import naam_van
from vorming.models import Inschrijving
from vorming.services import samenvoegen
from vorming.services.basis import NietMogelijk, redactie
from vorming.slot import EvenDruk, met_sessie


class HoudForm(forms.Form):
    """Which of the two goes on."""

    houden = forms.ChoiceField(
        label="Welke blijft?",
        widget=forms.RadioSelect,
        error_messages={"required": "Kies welke blijft."},
    )

    def __init__(self, *args, rijen, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["houden"].choices = [
            (str(one.pk), f"{naam_van(one)}, {one.e_mail}") for one in rijen
        ]


class SamenvoegView(PersoonScherm):
    """Without `met`: who may be the same person. With it: the two beside each other."""

    template_name = "vorming/beheer/samenvoegen.html"

    def get_page_title(self):
        return "Samenvoegen"

    def dispatch(self, request, *args, **kwargs):
        self.ander: Inschrijving | None = None
        return super().dispatch(request, *args, **kwargs)

    def _read_other(self):
        """Return the other row, when it is one of the same session that still counts."""
        key = self.request.GET.get("met", "")
        if not key.isdecimal():
            return None
        rows = Inschrijving.objects.actief().select_related("sessie__vorming", "aanvraag")
        found = rows.filter(sessie=self.een.sessie_id, geanonimiseerd_op=None)
        return get_object_or_404(found.exclude(pk=self.een.pk), pk=key)

    def get(self, request, *args, **kwargs):
        if not self.een.is_actief or self.een.geanonimiseerd_op:
            messages.warning(request, VERANDERD)
            return redirect(persoon_url(self.een.pk))
        self.ander = self._read_other()
        if self.ander:
            kijklog.noteer_blik(self.ander, request.user)
        return self._show(HoudForm(rijen=self._rows()))

    def _rows(self):
        return [self.een, self.ander] if self.ander else [self.een]

    def _stamp(self):
        return " ".join(stempel_van(one) for one in self._rows())

    def _show(self, form, status=200):
        similar = Inschrijving.objects.lijkt_op(self.een).select_related("aanvraag")
        others = (
            Inschrijving.objects.actief()
            .filter(sessie=self.een.sessie_id, geanonimiseerd_op=None)
            .exclude(pk=self.een.pk)
            .select_related("aanvraag")
            .order_by("naam", "voornaam", "pk")
        )
        likely = list(similar.order_by("pk"))
        response = self.render_to_response(
            self.get_context_data(
                ander=self.ander,
                rijen=self._rows(),
                formulier=form,
                stempel=self.request.POST.get("stempel") or self._stamp(),
                lijken=likely,
                anderen=others.exclude(pk__in=[one.pk for one in likely]),
            )
        )
        response.status_code = status
        return response

    def post(self, request, *args, **kwargs):
        self.ander = self._read_other_or_none()
        if self.ander is None:
            messages.warning(request, VERANDERD)
            return redirect(persoon_url(self.een.pk))
        form = HoudForm(request.POST, rijen=self._rows())
        if not form.is_valid():
            return self._show(form, status=422)
        keep = int(form.cleaned_data["houden"])
        gone = next(one.pk for one in self._rows() if one.pk != keep)
        try:
            kept = self._merge(keep, gone)
        except EvenDruk as reason:
            messages.warning(request, str(reason))
            return self._show(form, status=503)
        except NietMogelijk as reason:
            kept = self._merged_just_now() if isinstance(reason, Veranderd) else None
            if kept is not None:
                # A second click: there is nothing to tell her.
                return redirect(persoon_url(kept))
            messages.warning(request, str(reason))
            return redirect(persoon_url(self.een.pk))
        messages.success(request, "Samengevoegd: deze inschrijving blijft, de andere is beëindigd.")
        if kept.pk != keep:
            messages.info(
                request,
                "Je koos de andere, maar de tijd om dat aanbod te aanvaarden was om. Daarom blijft "
                "deze: zo verliest ze haar plaats in de rij niet.",
            )
        return redirect(persoon_url(kept.pk))

    def _read_other_or_none(self):
        """Return the other row also when it has ended: then the reason is said, not hidden."""
        key = self.request.GET.get("met", "")
        rows = Inschrijving.objects.select_related("sessie__vorming", "aanvraag")
        found = rows.filter(sessie=self.een.sessie_id).exclude(pk=self.een.pk)
        return found.filter(pk=key).first() if key.isdecimal() else None

    def _merge(self, keep, gone):
        with met_sessie(self.een.sessie_id):
            rows = Inschrijving.objects.in_bulk([one.pk for one in self._rows()])
            now = " ".join(stempel_van(rows[one.pk]) for one in self._rows())
            if now != self.request.POST.get("stempel"):
                raise Veranderd
            return samenvoegen.merge(keep, gone, door=redactie(self.request.user))

    def _merged_just_now(self) -> int | None:
        """Return which of the two goes on, when this editor merged them a moment ago."""
        return samenvoegen.merged_since(
            [one.pk for one in self._rows()],
            gebruiker=self.request.user,
            sinds=clock.now() - DUBBELKLIK,
        )
