"""Making a session and changing one."""

import copy
import uuid

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages

from vorming.beheer.rechten import mag_sessies, mag_sessies_maken
from vorming.beheer.scherm import SessieScherm, VormingScherm, adres_van
from vorming.beheer.sessie_formulier import (
    Dagen,
    NieuweDagen,
    SessieForm,
    Workshops,
    dagen_als_begin,
    workshops_als_begin,
)
from vorming.beheer.velden import zonder_fouten
from vorming.models import Inschrijving, Sessie
from vorming.services import attesten, sessies
from vorming.services.basis import NietMogelijk, redactie
from vorming.services.dagen import kan_terug_naar
from vorming.services.sessies import Gezien, Verouderd
from vorming.slot import EvenDruk
from vorming.staten import SessieStaat, Staat

# What a new session takes over from an earlier one.
OVER_TE_NEMEN = [
    "vorming",
    "naam",
    "capaciteit",
    "vorm",
    "locatie",
    "adres",
    "gemeente",
    "praktisch",
    "max_wachtlijst",
    "doorschuiven",
    "goedkeuring",
    "prijs",
    "prijs_uitleg",
]
ALLES_STAAT_ER_NOG = "Wat je invulde, staat hieronder nog."


class Formulier:
    """The three parts of the form, and what is asked of them together."""

    template_name = "vorming/beheer/sessie_formulier.html"
    is_nieuw = False

    def delen(self, data=None):
        """Return the form, its days and its workshops."""
        raise NotImplementedError

    def bewaar(self, form, dagen, workshops):
        """Store what was filled in and return where to go, or None when it was refused."""
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        return self.toon(*self.delen())

    def post(self, request, *args, **kwargs):
        extra = request.POST.get("nog")
        if extra in ("dagen", "workshops"):
            return self._met_een_rij_meer(extra)
        form, dagen, workshops = parts = self.delen(request.POST)
        valid = [part.is_valid() for part in parts]
        if valid[1]:
            form.check_against(dagen.begin)
        if not all(valid) or form.errors:
            return self.toon(*parts)
        try:
            return self.bewaar(form, dagen, workshops)
        except Verouderd as stale:
            form.add_error(None, self.wat_intussen(stale))
        except (NietMogelijk, EvenDruk) as refusal:
            form.add_error(None, f"{refusal} {ALLES_STAAT_ER_NOG}")
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        return self.toon(*parts)

    def _met_een_rij_meer(self, which):
        _, dagen, workshops = self.delen(self.request.POST)
        data = (dagen if which == "dagen" else workshops).met_een_meer(self.request.POST)
        parts = self.delen(data)
        zonder_fouten(*parts)
        return self.toon(*parts, nieuwe_rij=which)

    def wat_intussen(self, stale: Verouderd) -> str:
        names = {"dagen": "de dagen", "workshops": "de workshops"}
        labels = [
            names.get(name) or f"“{Sessie._meta.get_field(name).verbose_name}”"
            for name in sorted(stale.velden)
        ]
        return (
            f"Iemand anders wijzigde intussen ook {' en '.join(labels)}. Er is niets bewaard. "
            f"{ALLES_STAAT_ER_NOG} Open de sessie in een ander tabblad om te vergelijken, en pas "
            "daar aan wat nog anders moet."
        )

    def toon(self, form, dagen, workshops, nieuwe_rij=""):
        return self.show(
            form=form,
            dagen=dagen,
            workshops=workshops,
            fouten=fouten_van(form, dagen, workshops),
            is_nieuw=self.is_nieuw,
            nieuwe_rij=nieuwe_rij,
            media=form.media,
        )


def fouten_van(form, dagen, workshops) -> list[tuple[str, str]]:
    """Return every fault with the id of its field, in the order of the screen."""
    found = [("", str(fault)) for fault in form.non_field_errors()]
    found += [(one.id_for_label, str(fault)) for one in form for fault in one.errors]
    for rows, name in ((dagen, "Dag"), (workshops, "Workshop")):
        found += [(f"id_{rows.prefix}", str(fault)) for fault in rows.non_form_errors()]
        for number, row in enumerate(rows.forms, 1):
            found += [("", f"{name} {number}: {fault}") for fault in row.non_field_errors()]
            found += [
                (one.id_for_label, f"{name} {number}: {fault}")
                for one in row
                for fault in one.errors
            ]
    return found


class NieuweSessieView(Formulier, VormingScherm):
    """Make a session: empty, for one course, or like an earlier session."""

    mag = staticmethod(mag_sessies_maken)
    page_title = "Nieuwe sessie"
    is_nieuw = True

    @property
    def voorganger(self) -> Sessie | None:
        """The earlier session that this one is made after."""
        number = self.request.GET.get("naar", "")
        return get_object_or_404(Sessie, pk=number) if number.isdecimal() else None

    def delen(self, data=None):
        earlier = self.voorganger
        initial = {"vorming": self.request.GET.get("vorming", ""), "prijs": None}
        if earlier:
            initial |= {name: getattr(earlier, name) for name in OVER_TE_NEMEN}
            initial["vorming"] = earlier.vorming_id
        return (
            SessieForm(data, is_nieuw=True, initial=initial),
            NieuweDagen(data, prefix="dagen"),
            Workshops(
                data,
                prefix="workshops",
                initial=workshops_als_begin(earlier, nieuw=True) if earlier else None,
            ),
        )

    def bewaar(self, form, dagen, workshops):
        try:
            token = uuid.UUID(self.request.POST.get("token", ""))
        except ValueError:
            token = None
        days = [row.dag for row in dagen.gebleven]
        earlier = self.voorganger
        rule = attesten.regel_van(earlier, days) if earlier else {}
        made = sessies.create(
            velden=form.cleaned_data | rule,
            dagen=days,
            workshops=[row.keuze for row in workshops.gebleven],
            token=token,
            naar=earlier,
            door=redactie(self.request.user),
        )
        messages.success(
            self.request,
            "De sessie staat klaar als concept: niemand ziet ze nog. Kijk ze na en open dan de "
            "inschrijving.",
        )
        return redirect(adres_van(made))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            token=self.request.POST.get("token") or uuid.uuid4(),
            naar=self.voorganger,
            terug=reverse("vorming_sessies:index"),
            **kwargs,
        )


class WijzigSessieView(Formulier, SessieScherm):
    """Change a session. What this editor left alone stays as others made it meanwhile."""

    mag = staticmethod(mag_sessies)
    page_title = "Wijzig de sessie"

    def get(self, request, *args, **kwargs):
        if self.sessie.staat == SessieStaat.GEANNULEERD:
            messages.warning(request, "Deze sessie is geannuleerd. Ze kan niet meer wijzigen.")
            return self.back()
        return super().get(request, *args, **kwargs)

    def delen(self, data=None):
        days = dagen_als_begin(self.sessie)
        rows = Dagen if days else NieuweDagen
        return (
            SessieForm(data, is_nieuw=False, instance=copy.copy(self.sessie)),
            rows(
                data,
                prefix="dagen",
                initial=days,
                form_kwargs={"terug": kan_terug_naar(self.sessie)},
            ),
            Workshops(data, prefix="workshops", initial=workshops_als_begin(self.sessie)),
        )

    def bewaar(self, form, dagen, workshops):
        changed = form.changed_data
        done = sessies.change(
            self.sessie.pk,
            velden={name: form.cleaned_data[name] for name in changed},
            dagen=[row.dag for row in dagen.gebleven] if dagen.has_changed() else None,
            workshops=(
                [row.keuze for row in workshops.gebleven] if workshops.has_changed() else None
            ),
            gezien=Gezien(
                velden={name: form.was(name) for name in changed},
                dagen=[row.dag_gezien for row in dagen.getoond],
                workshops=[row.keuze_gezien for row in workshops.getoond],
            ),
            door=redactie(self.request.user),
        )
        told = ""
        if done.verwittigd:
            people = (
                "1 persoon hoort" if done.verwittigd == 1 else f"{done.verwittigd} mensen horen"
            )
            told = f" {people} het met een mail."
        messages.success(self.request, f"De sessie is bewaard.{told}")
        return self.back()

    def get_context_data(self, **kwargs):
        people = Inschrijving.objects.actief().filter(sessie=self.sessie, geanonimiseerd_op=None)
        pay = people.filter(staat=Staat.BEVESTIGD)
        hears, is_over = self.sessie.staat != SessieStaat.CONCEPT, self.sessie.is_voorbij
        return super().get_context_data(
            horen_het=people.count() if hears and not is_over else 0,
            betalen=pay.count() if hears and is_over else 0,
            zonder_factuur=not self.sessie.prijs and people.exists(),
            **kwargs,
        )


class VerwijderSessieView(SessieScherm):
    """Throw away a draft that nobody enrolled in."""

    mag = staticmethod(mag_sessies)
    template_name = "vorming/beheer/sessie_bevestigen.html"
    page_title = "Verwijder dit concept"

    def get(self, request, *args, **kwargs):
        return self.show(
            uitleg=["Het concept verdwijnt, met zijn dagen en workshops. Niemand zag het al."],
            ja="Ja, verwijder het concept",
            is_ernstig=True,
        )

    def post(self, request, *args, **kwargs):
        with self.vriendelijk():
            sessies.remove(self.sessie.pk)
            messages.success(request, "Het concept is verwijderd.")
            return redirect("vorming_sessies:index")
        return self.back()
