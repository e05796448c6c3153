"""The forms of who is in, or lost her link: change answers, send a colleague, ask a link again."""

from django.utils.translation import gettext_lazy as _

from core.public_forms import PublicForm
from vorming.forms.velden import E_MAIL, AdresField, naamveld, sleutels_in, tekstveld
from vorming.forms.vragen import Vragen
from vorming.models import Inschrijving, VormingPage

# The field in which the form says of which workshops it told that they are full.
VOLZET = "volzet"


class WijzigForm(PublicForm):
    """Change what somebody answered."""

    purpose = "wijzigen"

    def __init__(
        self,
        data=None,
        *,
        inschrijving: Inschrijving,
        page: VormingPage,
        is_verteld: bool = False,
    ):
        self.is_verteld = is_verteld
        self.vragen = Vragen(inschrijving.sessie, page, inschrijving)
        super().__init__(data, initial=self.vragen.initial(inschrijving))
        self.fields["functie"] = tekstveld(_("Functie"), required=False, max_length=100)
        self.fields |= dict(self.vragen.fields(""))

    @property
    def gelezen_volzet(self) -> set[int]:
        """The workshops that stood in the form as full when she chose."""
        return sleutels_in(self.data.get(VOLZET, ""))

    @property
    def volzet(self) -> str:
        """What the form says is full, to be sent along with it.

        A choice that filled up since she read it is left out, until a sentence told her so.
        """
        full = {
            one.pk
            for ronde, workshops in self.vragen.rondes.items()
            for one in workshops
            if not one.vrij and not self._has(ronde, one)
        }
        if self.is_bound and not self.is_verteld:
            chosen = {self.data.get(name) for name in self.fields if name.startswith("ronde_")}
            full -= {pk for pk in full - self.gelezen_volzet if str(pk) in chosen}
        return " ".join(map(str, sorted(full)))

    def _has(self, ronde, workshop):
        mine = self.vragen.gekozen.get(ronde)
        return mine is not None and mine.plaats is not None and mine.workshop_id == workshop.pk


class CollegaForm(PublicForm):
    """Somebody who takes over a place."""

    purpose = "collega"

    voornaam = naamveld(_("Voornaam"), missing=_("Vul de voornaam van je collega in."))
    naam = naamveld(_("Naam"), missing=_("Vul de naam van je collega in."))
    e_mail = AdresField(
        label=_("E-mail"), error_messages={"required": _("Vul het e-mailadres van je collega in.")}
    )
    functie = tekstveld(_("Functie"), required=False, max_length=100)


class LinkForm(PublicForm):
    """Ask for a link again."""

    purpose = "link"

    e_mail = AdresField(
        label=_("E-mail"),
        help_text=_("Het adres waarmee je bent ingeschreven."),
        autocomplete="email",
        error_messages={"required": E_MAIL},
    )
