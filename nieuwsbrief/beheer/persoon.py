"""One subscriber: what she gets, what she agreed to, and what the team can do for her."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.lijst import INDEX, PERSOON
from nieuwsbrief.beheer.rechten import AlleenMet, mag_wijzigen
from nieuwsbrief.models import Abonnee
from nieuwsbrief.services import privacy, uitschrijven, voorkeuren
from nieuwsbrief.staten import Bron
from post.screens.base import AdminScreen
from post.screens.confirm import AskView, Vraag


class _Persoon(AlleenMet):
    """A view about one subscriber."""

    @cached_property
    def abonnee(self) -> Abonnee:
        return get_object_or_404(Abonnee, pk=self.kwargs["pk"])


class PersoonView(_Persoon, AdminScreen):
    """Everything about one subscriber. Whoever comes here sees an address, and that is logged."""

    header_icon = "user"
    template_name = "nieuwsbrief/beheer/persoon.html"

    def get(self, request, *args, **kwargs):
        audit.note_look(self.abonnee, request.user)
        return super().get(request, *args, **kwargs)

    def get_page_title(self):
        return f"Abonnee {self.abonnee.adres}"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Abonnees"},
            {"url": "", "label": self.abonnee.adres},
        ]

    def get_context_data(self, **kwargs):
        abonnementen = list(
            self.abonnee.abonnementen.select_related("lijst").order_by(
                "lijst__volgorde", "lijst__naam"
            )
        )
        return super().get_context_data(
            abonnee=self.abonnee,
            abonnementen=abonnementen,
            loopt=any(rij.staat in uitschrijven.LOOPT for rij in abonnementen),
            geschiedenis=self.abonnee.toestemmingen.select_related("lijst", "gebruiker").order_by(
                "-pk"
            ),
            kan_wijzigen=mag_wijzigen(self.request.user),
            **kwargs,
        )


class _Vraag(_Persoon, AskView):
    """A question about one subscriber."""

    mag = staticmethod(mag_wijzigen)

    def get_subject(self):
        return self.abonnee

    def get_back_url(self):
        return reverse(PERSOON, args=[self.abonnee.pk])

    def is_possible(self):
        return True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Abonnees"},
            {"url": self.get_back_url(), "label": self.abonnee.adres},
            {"url": "", "label": self.get_question().titel},
        ]


class UitschrijvenView(_Vraag):
    """Somebody asked the team to take her off the lists."""

    done = "Uitgeschreven. De abonnee krijgt een mail die dat bevestigt."

    def get_question(self):
        return Vraag(
            "Uitschrijven",
            [
                f"{self.abonnee.adres} krijgt geen enkele nieuwsbrief meer. Doe dit alleen als de "
                "persoon het zelf vroeg.",
                "Er vertrekt een mail die dat bevestigt. Daarin staat ook een link om terug te "
                "komen.",
            ],
            "Ja, schrijf uit",
        )

    def is_possible(self):
        return self.abonnee.abonnementen.filter(staat__in=uitschrijven.LOOPT).exists()

    def act(self):
        user = self.request.user
        ended = uitschrijven.vertrek_overal(
            uid=self.abonnee.uid, bron=Bron.REDACTIE, gebruiker=user
        )
        if ended:
            audit.note(self.abonnee, audit.UITGESCHREVEN, user)
        return bool(ended)


class LinkView(_Vraag):
    """Somebody lost the link to her choices."""

    vernieuw = False
    done = "De mail met de link staat klaar om te vertrekken."

    def get_question(self):
        if self.vernieuw:
            return Vraag(
                "Nieuwe link sturen",
                [
                    f"{self.abonnee.adres} krijgt een mail met een nieuwe link naar de eigen "
                    "keuzes. De links uit vroegere mails werken dan niet meer.",
                    "Kies dit als iemand een mail doorstuurde. Uitschrijven met de link in een "
                    "nieuwsbrief blijft altijd werken.",
                ],
                "Ja, stuur een nieuwe link",
            )
        return Vraag(
            "Link sturen",
            [f"{self.abonnee.adres} krijgt een mail met de link naar de eigen keuzes."],
            "Ja, stuur de link",
        )

    def act(self):
        sent = voorkeuren.stuur_link(abonnee=self.abonnee.pk, vernieuw=self.vernieuw)
        if sent:
            action = audit.LINK_VERNIEUWD if self.vernieuw else audit.LINK
            audit.note(self.abonnee, action, self.request.user)
        return sent


class WissenView(_Vraag):
    """Somebody asked to be forgotten."""

    done = "Gewist. Alleen een code blijft over, waaraan we zien dat dit adres niets meer wil."

    def get_question(self):
        return Vraag(
            "Wissen",
            [
                f"We wissen {self.abonnee.adres}, de naam, de keuzes, de geschiedenis en de mails "
                "van de nieuwsbrief. Dit kun je niet ongedaan maken.",
                "Er blijft een code over. Daaraan zien we dat dit adres geen nieuwsbrief meer wil, "
                "ook als iemand het later nog eens invoert.",
                "Inschrijvingen voor vorming blijven zoals ze zijn.",
            ],
            "Ja, wis alles",
            is_ernstig=True,
        )

    def act(self):
        audit.note(self.abonnee, audit.GEWIST, self.request.user)
        return privacy.erase(self.abonnee.adres)

    def get_back_url(self):
        if self.request.method == "POST":
            return reverse(INDEX)
        return super().get_back_url()
