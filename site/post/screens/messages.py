"""Messages: the list, how far one is, and stopping or going on."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.utils import get_valid_next_url_from_request

from post import services
from post.engine import limits
from post.models import Bericht, Levering
from post.progress import Voortgang, closed_door, progress_of, progress_with_speed
from post.screens import audit
from post.screens.access import ManagersOnly
from post.screens.base import Screen
from post.screens.confirm import ConfirmView, Vraag
from post.screens.filters import AUDIENCES, BerichtKeuze
from post.screens.listing import BadgeColumn, PostListing
from post.states import BerichtStaat, Staat
from post.words import kind_in_words, moment_in_words, number_in_words

INDEX = "post_berichten:index"
INSPECT = "post_berichten:inspect"
NAMED = 50
SEARCH_HELP = "We zoeken een woord uit het onderwerp in de laatste 50.000 berichten."


def subject_of(message: Bericht) -> str:
    """Return what a message is about, or that it is gone."""
    return message.onderwerp or "(onderwerp gewist)"


def _figure(name, label):
    return NumberColumn(
        name, label=label, accessor=lambda message: getattr(message.voortgang, name)
    )


class MessageListing(PostListing):
    """All messages, latest first, each with how far it is."""

    keuze_class = BerichtKeuze
    search_help = SEARCH_HELP
    columns = [
        TitleColumn("onderwerp", label="Onderwerp", accessor=subject_of, url_name=INSPECT),
        Column("soort", label="Soort", accessor=lambda one: kind_in_words(one.soort)),
        BadgeColumn(
            "staat",
            label="Staat",
            accessor="voortgang.staat_in_woorden",
            look=lambda message: message.voortgang.soort_staat,
        ),
        Column(
            "totaal",
            label="Aantal",
            accessor=lambda message: (
                "nog niet geteld"
                if message.voortgang.totaal is None
                else number_in_words(message.voortgang.totaal)
            ),
        ),
        _figure("verzonden", "Verzonden"),
        _figure("mislukt", "Mislukt"),
        _figure("onzeker", "Onzeker"),
        Column(
            "aangemaakt_op",
            label="Gemaakt op",
            accessor=lambda message: moment_in_words(message.aangemaakt_op),
        ),
    ]

    def paginate_queryset(self, queryset, page_size):
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        for progress in progress_of(rows):
            progress.bericht.voortgang = progress
        return paginator, page, rows, more


class OneMessage(ManagersOnly):
    """A view about one message."""

    @cached_property
    def message(self) -> Bericht:
        return get_object_or_404(Bericht.objects.for_list(), pk=self.kwargs["pk"])


class MessageView(OneMessage, Screen):
    """How far a message is, who did not get it, and the buttons to steer it."""

    template_name = "post/beheer/bericht.html"

    def get_page_title(self):
        return subject_of(self.message)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Berichten"},
            {"url": "", "label": subject_of(self.message)},
        ]

    def get_context_data(self, **kwargs):
        message = self.message
        progress = progress_with_speed(message)
        return super().get_context_data(
            bericht=message,
            voortgang=progress,
            toestand=fingerprint(progress),
            deur=closed_door(),
            soort=kind_in_words(message.soort),
            aan_wie=dict(AUDIENCES)[message.prioriteit],
            stappen=[step for step in STEPS.values() if step.is_possible(progress)],
            aandacht=[
                {"staat": state.value, "woord": state.label, "rijen": _named(message, state)}
                for state in (Staat.MISLUKT, Staat.ONZEKER)
            ],
            getoond=NAMED,
            verhaal=audit.entries_of(message),
            **kwargs,
        )


def _named(message, state):
    """Return the last deliveries of a message in a state."""
    return list(Levering.objects.in_index(message.pk, state)[:NAMED])


def fingerprint(progress: Voortgang) -> str:
    """Return what, when it changes, makes the buttons on the page out of date."""
    closed = "dicht" if closed_door() else "open"
    return f"{progress.bericht.staat}-{progress.is_klaar}-{closed}".lower()


class ProgressView(OneMessage, View):
    """How far a message is, for the script of its page."""

    def get(self, request, *args, **kwargs):
        progress = progress_with_speed(self.message)
        return progress_response(progress, fingerprint(progress))


def progress_response(progress: Voortgang, state: str) -> JsonResponse:
    """Return how far a message is, for `static/js/post-voortgang.js`.

    `state` is what, when it changes, makes the buttons on the page out of date.
    """
    answer = JsonResponse(
        {
            "toestand": state,
            "klaar": progress.is_klaar,
            "waarde": progress.afgehandeld,
            "totaal": progress.totaal,
            "tekst": progress.tekst,
            "tempo": progress.tempo,
            "cijfers": {name: number_in_words(number) for name, _, number in progress.cijfers},
        }
    )
    answer["Cache-Control"] = "no-store"
    return answer


# --- Steering ----------------------------------------------------------------------


@dataclass(frozen=True)
class Stap:
    """Something that can be done with a message that is under way."""

    naam: str
    knop: str
    vraag: Vraag
    vanuit: list[BerichtStaat]
    klaar: str
    log: str

    def is_possible(self, progress: Voortgang) -> bool:
        return progress.bericht.staat in self.vanuit and not progress.is_klaar

    def act(self, message: Bericht, user) -> bool:
        """Do it, with its log, and return whether something changed."""
        with transaction.atomic():
            changed = ACTS[self.naam](message, user)
            if changed:
                audit.note(message, self.log, user)
        return changed


ACTS = {
    "pauzeren": lambda message, user: services.pause(
        message, f"Gepauzeerd door {user.get_full_name() or user.get_username()}."
    ),
    "hervatten": lambda message, user: services.resume(message),
    "annuleren": lambda message, user: services.cancel(message),
}
STEPS = {
    step.naam: step
    for step in (
        Stap(
            "pauzeren",
            "Pauzeer",
            Vraag(
                "Pauzeer het versturen",
                [
                    "Er vertrekken geen mails meer van dit bericht, tot iemand het hervat.",
                    "Wat al vertrokken is, kunnen we niet terughalen.",
                ],
                "Ja, pauzeer",
            ),
            [BerichtStaat.VERZENDEN],
            "Het versturen staat op pauze.",
            audit.GEPAUZEERD,
        ),
        Stap(
            "hervatten",
            "Hervat",
            Vraag(
                "Hervat het versturen",
                ["De mails die nog wachten, vertrekken weer."],
                "Ja, hervat",
            ),
            [BerichtStaat.GEPAUZEERD],
            "Het versturen gaat weer verder.",
            audit.HERVAT,
        ),
        Stap(
            "annuleren",
            "Annuleer",
            Vraag(
                "Annuleer het versturen",
                [
                    "De mails die nog wachten, vertrekken nooit meer. Je kunt dit niet ongedaan "
                    "maken.",
                    "Wat al vertrokken is, kunnen we niet terughalen. Twijfel je? Kies dan voor "
                    "een pauze.",
                ],
                "Ja, stop voorgoed",
                is_ernstig=True,
            ),
            [BerichtStaat.KLAARZETTEN, BerichtStaat.VERZENDEN, BerichtStaat.GEPAUZEERD],
            "Het bericht is geannuleerd. Wat nog wachtte, vertrekt niet meer.",
            audit.GEANNULEERD,
        ),
    )
}


class StepView(OneMessage, ConfirmView):
    """One of the steps, with the question first."""

    step: Stap = STEPS["pauzeren"]
    too_late = "Het bericht is intussen in een andere staat. Er is niets gebeurd."

    @property
    def done(self):
        return self.step.klaar

    def get_subject(self):
        return self.message

    def get_question(self):
        return self.step.vraag

    def get_back_url(self):
        return reverse(INSPECT, args=[self.message.pk])

    def is_possible(self):
        return self.step.is_possible(progress_of([self.message])[0])

    def act(self):
        return self.is_possible() and self.step.act(self.message, self.request.user)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Berichten"},
            {"url": self.get_back_url(), "label": subject_of(self.message)},
            {"url": "", "label": self.step.vraag.titel},
        ]


class OpenDoorView(ManagersOnly, View):
    """Try again at once, because a person says that the other side is there again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args, **kwargs):
        with transaction.atomic():
            if closed_door():
                limits.open_door()
                audit.note_in_general(audit.DEUR_OPEN, request.user, "alle mail")
                messages.success(request, "De postkamer probeert het meteen opnieuw.")
            else:
                messages.info(request, "De postkamer was al open. Er is niets veranderd.")
        return redirect(get_valid_next_url_from_request(request) or reverse(INDEX))
