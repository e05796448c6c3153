"""Deciding about many deliveries at once.

Wagtail's bulk actions, asked for "all in this list", take the whole table and forget the filter.
These read the filter from the address and apply it again, show on how many it comes down, and do
nothing to more than what was confirmed.
"""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from post.models import Levering
from post.screens.access import may_manage
from post.screens.decisions import Besluit, decide
from post.screens.filters import LeveringKeuze
from post.states import Staat
from post.words import STATES, number_in_words

CHUNK = 500
EXAMPLES = 10
MAX_KEY = 2**63 - 1


class BulkForm(forms.Form):
    """What was confirmed: so many, of each state."""

    mislukt = forms.IntegerField(widget=forms.HiddenInput)
    onzeker = forms.IntegerField(widget=forms.HiddenInput)


class ResendForm(BulkForm):
    """Uncertain mails are sent again only by whoever says so."""

    ook_onzeker = forms.BooleanField(required=False)


class PostBulkAction(BulkAction):
    """One decision about the chosen deliveries."""

    models = [Levering]
    template_name = "post/beheer/bulk.html"
    form_class = BulkForm
    besluit = Besluit.OPNIEUW
    # What may be touched at all.
    states: list[Staat] = []
    question = ""
    yes = ""

    def dispatch(self, request, *args, **kwargs):
        if not may_manage(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_everything(self) -> bool:
        """Everything in the list was chosen, not some rows of it."""
        return "all" in self.request.GET.getlist("id")

    @cached_property
    def keuze(self) -> LeveringKeuze:
        return LeveringKeuze(self.request.GET, self.request)

    def chosen(self) -> QuerySet:
        """Return the deliveries that were chosen, by filter or one by one."""
        if self.is_everything:
            return self.keuze.rows()
        keys = [
            int(key)
            for key in self.request.GET.getlist("id")
            if key.isdecimal() and len(key) <= len(str(MAX_KEY))
        ]
        return Levering.objects.filter(pk__in=[key for key in keys if key <= MAX_KEY])

    def actionable(self) -> QuerySet:
        return self.chosen().open_to_decision().filter(staat__in=self.states)

    @cached_property
    def numbers(self) -> Counter:
        """How many can be decided about, by state."""
        rows = self.actionable().order_by().values_list("staat").annotate(number=Count("pk"))
        return Counter(dict(rows))

    def get_initial(self):
        return {
            "mislukt": self.numbers[Staat.MISLUKT],
            "onzeker": self.numbers[Staat.ONZEKER],
        }

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = kwargs.setdefault("form", self.get_form())
        return {
            "view": self,
            "form": form,
            "keuze": self.keuze.in_words() if self.is_everything else [],
            "is_alles": self.is_everything,
            "is_geldig": not self.is_everything or self.keuze.is_geldig,
            "mislukt": self.numbers[Staat.MISLUKT],
            "onzeker": self.numbers[Staat.ONZEKER],
            "aantal": self.numbers.total(),
            "voorbeelden": self.actionable().order_by("-pk")[:EXAMPLES],
            "uitleg_onzeker": STATES[Staat.ONZEKER],
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
        }

    def form_valid(self, form):
        confirmed = {
            Staat.MISLUKT: form.cleaned_data["mislukt"],
            Staat.ONZEKER: form.cleaned_data["onzeker"],
        }
        if any(self.numbers[state] > number for state, number in confirmed.items()):
            messages.warning(
                self.request,
                "Er zijn intussen leveringen bij gekomen. Kijk de aantallen na en bevestig dan.",
            )
            return self.render_to_response(self.get_context_data(form=self.fresh_form()))
        number = self._carry_out(self.states_to_touch(form))
        if number:
            messages.success(self.request, self.done(number))
        else:
            messages.warning(self.request, "Er was niets om te doen. Er is niets veranderd.")
        return redirect(self.next_url)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=self.fresh_form()))

    def fresh_form(self):
        """Return the form with the numbers of now."""
        return self.form_class(initial=self.get_initial())

    def states_to_touch(self, form) -> list[Staat]:
        return self.states

    def done(self, number: int) -> str:
        raise NotImplementedError

    def _carry_out(self, states) -> int:
        """Decide chunk by chunk, each in a transaction of its own; return how many."""
        number, after = 0, 0
        rows = self.actionable().filter(staat__in=states).order_by("pk")
        while True:
            keys = list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK])
            if not keys:
                return number
            number += decide(keys, self.besluit, states=states, user=self.request.user)
            after = keys[-1]


class BulkSendAgain(PostBulkAction):
    """Failed mails are sent again; uncertain ones only when somebody says so."""

    display_name = "Opnieuw versturen"
    aria_label = "Verstuur de gekozen leveringen opnieuw"
    action_type = "opnieuw"
    action_priority = 10
    form_class = ResendForm
    states = [Staat.MISLUKT, Staat.ONZEKER]
    question = "Opnieuw versturen"
    yes = "Ja, verstuur opnieuw"

    def states_to_touch(self, form):
        return self.states if form.cleaned_data["ook_onzeker"] else [Staat.MISLUKT]

    def done(self, number):
        if number == 1:
            return "Eén mail staat opnieuw klaar om te vertrekken."
        return f"{number_in_words(number)} mails staan opnieuw klaar om te vertrekken."


class BulkArrived(PostBulkAction):
    """Uncertain mails did arrive."""

    display_name = "Is aangekomen"
    aria_label = "Beslis dat de gekozen leveringen aangekomen zijn"
    action_type = "aangekomen"
    action_priority = 20
    besluit = Besluit.AANGEKOMEN
    states = [Staat.ONZEKER]
    question = "Beslis: is aangekomen"
    yes = "Ja, ze zijn aangekomen"

    def done(self, number):
        if number == 1:
            return "Genoteerd: één mail is aangekomen."
        return f"Genoteerd: {number_in_words(number)} mails zijn aangekomen."
