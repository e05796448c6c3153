"""The forms of who is in, or lost her link: change answers, send a colleague, ask a link again."""

from django.utils.translation import gettext_lazy as _

from core.public_forms import PublicForm
from vorming.forms.velden import E_MAIL, AdresField, naamveld, tekstveld
from vorming.forms.vragen import Vragen
from vorming.models import Inschrijving, VormingPage


class WijzigForm(PublicForm):
    """Change what somebody answered."""

    purpose = "wijzigen"

    def __init__(self, data=None, *, inschrijving: Inschrijving, page: VormingPage):
        self.vragen = Vragen(inschrijving.sessie, page, inschrijving)
        super().__init__(data, initial=self.vragen.initial(inschrijving))
        self.fields["functie"] = tekstveld(_("Functie"), required=False, max_length=100)
        self.fields |= dict(self.vragen.fields(""))


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
