"""The pages on which somebody decides about one delivery."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from post.models import Levering
from post.screens.confirm import ConfirmView, Vraag
from post.screens.decisions import Besluit, decide
from post.states import BerichtStaat, Staat
from post.words import STATES

PAUSED = "Het bericht staat op pauze: de mail vertrekt pas als iemand het bericht hervat."


class DecideView(ConfirmView):
    """A decision about one delivery."""

    besluit = Besluit.OPNIEUW
    states: list[Staat] = []
    too_late = (
        "Deze levering is intussen veranderd, of het bericht is gestopt. Er is niets gebeurd."
    )

    @cached_property
    def delivery(self) -> Levering:
        return get_object_or_404(Levering.objects.select_related("bericht"), pk=self.kwargs["pk"])

    def get_subject(self):
        return self.delivery

    def get_back_url(self):
        return reverse("post_leveringen:inspect", args=[self.delivery.pk])

    def is_possible(self):
        return (
            Levering.objects.open_to_decision()
            .filter(pk=self.delivery.pk, staat__in=self.states)
            .exists()
        )

    def act(self):
        user = self.request.user
        return bool(decide([self.delivery.pk], self.besluit, states=self.states, user=user))

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("post_leveringen:index"), "label": "Leveringen"},
            {"url": self.get_back_url(), "label": self.delivery.adres},
            {"url": "", "label": self.get_question().titel},
        ]

    @property
    def note_on_pause(self) -> list[str]:
        return [PAUSED] if self.delivery.bericht.staat == BerichtStaat.GEPAUZEERD else []


class SendAgainView(DecideView):
    """A failed mail is sent again."""

    states = [Staat.MISLUKT]
    done = "De mail staat opnieuw klaar om te vertrekken."

    def get_question(self):
        return Vraag(
            "Opnieuw versturen",
            [
                f"We sturen “{self.delivery.bericht.onderwerp}” nog een keer naar "
                f"{self.delivery.adres}.",
                "De mail kwam de vorige keer niet aan. Is het adres fout, dan mislukt hij opnieuw.",
                *self.note_on_pause,
            ],
            "Ja, verstuur opnieuw",
        )


class ArrivedView(DecideView):
    """An uncertain mail did arrive."""

    besluit = Besluit.AANGEKOMEN
    states = [Staat.ONZEKER]
    done = "Genoteerd: de mail is aangekomen."

    def get_question(self):
        return Vraag(
            "Beslis: is aangekomen",
            [
                STATES[Staat.ONZEKER],
                f"Kies dit als je weet dat {self.delivery.adres} de mail kreeg, bijvoorbeeld "
                "omdat je het vroeg. We sturen dan niets meer.",
            ],
            "Ja, de mail is aangekomen",
        )


class ResendUncertainView(DecideView):
    """An uncertain mail is sent once more, knowing that it may arrive twice."""

    states = [Staat.ONZEKER]
    done = "De mail staat opnieuw klaar om te vertrekken."

    def get_question(self):
        return Vraag(
            "Beslis: opnieuw versturen",
            [
                STATES[Staat.ONZEKER],
                f"Kies dit als {self.delivery.adres} de mail zeker moet krijgen. Kwam hij toch al "
                "aan, dan staat hij misschien twee keer in de mailbox. De mail houdt hetzelfde "
                "nummer; veel mailprogramma's tonen hem dan maar één keer.",
                *self.note_on_pause,
            ],
            "Ja, verstuur opnieuw",
        )
