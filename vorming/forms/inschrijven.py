"""The form in which one organisation enrols people."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import bijvragen, gemeenten
from core.public_forms import PublicForm
from post import addresses
from vorming.forms.velden import E_MAIL, NAAM, VOORNAAM, AdresField, naamveld, tekstveld
from vorming.forms.vragen import Vragen
from vorming.models import FACTUUR, Sessie, VormingPage
from vorming.services.inschrijven import MEESTE_PERSONEN, Gegevens, Persoon
from vorming.staten import SoortOrganisatie

# The name of a field of a colleague: her number in front, for own names may end in a number.
VAN_COLLEGA = re.compile(r"collega([1-9][0-9]?)_(.+)")


@dataclass
class Groep:
    """Some fields of a form under one heading."""

    titel: str
    velden: list
    uitleg: str = ""
    weg: int = 0


class InschrijfForm(PublicForm):
    """One organisation enrols one to ten people.

    `aantal` colleagues besides the one who fills it in; `zelf` says whether she comes too.
    """

    purpose = "inschrijven"
    # Whether each person has to answer what the course cannot do without.
    moet_antwoorden = True

    def __init__(self, data=None, *, sessie: Sessie, page: VormingPage, aantal: int = 0, **options):
        super().__init__(data, **options)
        self.sessie = sessie
        self.aantal = max(0, min(aantal, MEESTE_PERSONEN))
        self.komt_zelf = data is None or data.get("zelf", "ja") == "ja"
        self.vragen = Vragen(sessie, page)
        self._add_contact()
        self._add_person("", required=self.komt_zelf)
        for number in range(1, self.aantal + 1):
            self._add_colleague(number)
        if sessie.prijs:
            self._add_invoice()
        self.bijvragen = []
        for vraag, veld in bijvragen.velden():
            self.fields[vraag.naam] = veld
            self.bijvragen.append(vraag)

    def _add_contact(self):
        self.fields |= {
            "voornaam": naamveld(_("Voornaam"), missing=VOORNAAM, autocomplete="given-name"),
            "naam": naamveld(_("Naam"), missing=NAAM, autocomplete="family-name"),
            "e_mail": AdresField(
                label=_("E-mail"),
                help_text=_("Hierop krijg je de bevestiging en je link."),
                autocomplete="email",
                error_messages={"required": E_MAIL},
            ),
            "telefoon": tekstveld(
                _("Telefoon of gsm"),
                required=False,
                max_length=40,
                autocomplete="tel",
                help_text=_("Alleen om je te bellen als er op het laatste iets verandert."),
            ),
            "organisatie": tekstveld(
                _("Organisatie"),
                max_length=150,
                missing=_("Vul de naam van je organisatie in."),
                autocomplete="organization",
            ),
            "soort_organisatie": forms.ChoiceField(
                label=_("Wat voor organisatie is het?"),
                choices=SoortOrganisatie.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Kies wat voor organisatie het is.")},
            ),
            "gemeente": tekstveld(
                _("Gemeente"),
                max_length=80,
                missing=_("Vul de gemeente in waar je werkt."),
                widget=gemeenten.GemeenteInput(),
                help_text=_("Begin te typen en kies uit de lijst, of typ een andere plaats."),
            ),
            "zelf": forms.ChoiceField(
                label=_("Kom je zelf?"),
                choices=[("ja", _("Ja")), ("nee", _("Nee, ik schrijf alleen anderen in"))],
                widget=forms.RadioSelect,
                initial="ja",
                error_messages={"required": _("Zeg of je zelf komt.")},
            ),
        }

    def _add_person(self, prefix, *, required=True):
        self.fields[f"{prefix}functie"] = tekstveld(_("Functie"), required=False, max_length=100)
        must = required and self.moet_antwoorden
        self.fields |= dict(self.vragen.fields(prefix, required=must))

    def _add_colleague(self, number):
        prefix, which = van_collega(number), {"nummer": number}
        first = gettext("Vul de voornaam van collega %(nummer)s in.") % which
        last = gettext("Vul de naam van collega %(nummer)s in.") % which
        mail = gettext("Vul het e-mailadres van collega %(nummer)s in.") % which
        self.fields |= {
            f"{prefix}voornaam": naamveld(_("Voornaam"), missing=first),
            f"{prefix}naam": naamveld(_("Naam"), missing=last),
            f"{prefix}e_mail": AdresField(
                label=_("E-mail"),
                help_text=_("Ook je collega krijgt een bevestiging en een eigen link."),
                error_messages={"required": mail},
            ),
        }
        self._add_person(prefix)

    def _add_invoice(self):
        self.fields |= {
            "factuur_naam": tekstveld(
                _("Naam op de factuur"), max_length=150, missing=_("Vul de naam op de factuur in.")
            ),
            "factuur_adres": tekstveld(
                _("Adres op de factuur"),
                max_length=300,
                rows=3,
                missing=_("Vul het adres op de factuur in."),
            ),
            "ondernemingsnummer": tekstveld(_("Ondernemingsnummer"), required=False, max_length=20),
            "bestelbon": tekstveld(
                _("Nummer van de bestelbon"),
                required=False,
                max_length=60,
                help_text=_("Als je organisatie daarmee werkt."),
            ),
        }

    @property
    def groepen(self) -> list[Groep]:
        """The fields under their headings, in the order of the page."""
        contact = ["voornaam", "naam", "e_mail", "telefoon"]
        contact += ["organisatie", "soort_organisatie", "gemeente", "zelf"]
        groups = [
            Groep(gettext("Wie ben je?"), self._bound(contact)),
            Groep(
                gettext("Over jou"),
                self._bound(["functie", *dict(self.vragen.fields(""))]),
                gettext("Kom je zelf niet? Dan mag je dit overslaan."),
            ),
        ]
        for number in range(1, self.aantal + 1):
            prefix = van_collega(number)
            names = [f"{prefix}voornaam", f"{prefix}naam", f"{prefix}e_mail", f"{prefix}functie"]
            names += dict(self.vragen.fields(prefix))
            title = gettext("Collega %(nummer)s") % {"nummer": number}
            groups.append(Groep(title, self._bound(names), weg=number))
        if self.sessie.prijs:
            groups.append(Groep(gettext("Voor de factuur"), self._bound(FACTUUR)))
        return groups

    @property
    def bijgroepen(self) -> list[Groep]:
        """The questions of other apps: what has nothing to do with enrolling comes last."""
        return [
            Groep(str(vraag.titel), self._bound([vraag.naam]), str(vraag.uitleg))
            for vraag in self.bijvragen
        ]

    def _bound(self, names):
        return [self[name] for name in names]

    @property
    def kan_meer(self) -> bool:
        return self.aantal + self.komt_zelf < MEESTE_PERSONEN

    def clean_gemeente(self):
        """Write a known name as it is written; another place is welcome too."""
        return gemeenten.gids().spelling(self.cleaned_data["gemeente"])

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("zelf") == "nee" and not self.aantal:
            self.add_error("zelf", gettext("Voeg dan iemand toe die wel komt."))
        if self.komt_zelf and self.aantal == MEESTE_PERSONEN:
            self.add_error(
                "zelf",
                gettext(
                    "Met jou erbij zijn dat meer dan %(meeste)s mensen. Haal iemand weg, of kom "
                    "zelf niet."
                )
                % {"meeste": MEESTE_PERSONEN},
            )
        seen = set()
        for prefix, person in self._people(data):
            if not person.e_mail or not person.naam:
                continue
            if person.sleutel in seen:
                self.add_error(
                    f"{prefix}voornaam", gettext("Deze persoon staat al hoger in het formulier.")
                )
            seen.add(person.sleutel)
        return data

    def _people(self, data) -> Iterator[tuple[str, Persoon]]:
        prefixes = [van_collega(number) for number in range(1, self.aantal + 1)]
        if data.get("zelf") != "nee":
            prefixes.insert(0, "")
        for prefix in prefixes:
            yield (
                prefix,
                Persoon(
                    voornaam=data.get(f"{prefix}voornaam", ""),
                    naam=data.get(f"{prefix}naam", ""),
                    e_mail=data.get(f"{prefix}e_mail", ""),
                    functie=data.get(f"{prefix}functie", ""),
                    **self.vragen.answers(data, prefix),
                ),
            )

    @property
    def personen(self) -> list[Persoon]:
        """The people of a valid form."""
        return [person for _, person in self._people(self.cleaned_data)]

    @property
    def brieven(self) -> Counter[str]:
        """How many mails a valid form causes, by address: one for each person, one for who asks."""
        found = Counter(addresses.normalise(person.e_mail) for person in self.personen)
        contact = addresses.normalise(self.cleaned_data["e_mail"])
        # She is told about others, not about herself.
        found[contact] += any(address != contact for address in found)
        return +found

    def gegevens(self, *, privacyversie: str, taal: str) -> Gegevens:
        """The contact of a valid form."""
        data = self.cleaned_data
        names = ["voornaam", "naam", "e_mail", "telefoon"]
        names += ["organisatie", "soort_organisatie", "gemeente"]
        return Gegevens(
            **{name: data[name] for name in names},
            factuur={name: data[name] for name in FACTUUR} if self.sessie.prijs else {},
            privacyversie=privacyversie,
            taal=taal,
        )

    @property
    def antwoorden(self) -> bijvragen.Antwoorden:
        """What was ticked of the questions on the side."""
        chosen = {vraag.naam: self.cleaned_data[vraag.naam] for vraag in self.bijvragen}
        return bijvragen.Antwoorden(chosen)

    @property
    def nazien(self) -> list[tuple[str, list]]:
        """What a valid form says, under the headings, to be looked at before it is sent."""
        found = []
        for group in [*self.groepen, *self.bijgroepen]:
            if self.cleaned_data["zelf"] == "nee" and group.velden[0].name == "functie":
                continue
            rows = [(field.label, self._words(field)) for field in group.velden]
            found.append((group.titel, rows))
        return found

    def _words(self, field):
        value = self.cleaned_data.get(field.name)
        choices = dict(getattr(field.field, "choices", []))
        if isinstance(field.field, bijvragen.KeuzeField) and not value:
            return gettext("Nee")
        if isinstance(value, list):
            return ", ".join(str(choices.get(one, one)) for one in value)
        return str(choices.get(value, value or ""))

    @property
    def verborgen(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again by the page that shows it."""
        names = [name for name in self.fields if name in self.data]
        return [(name, value) for name in names for value in self.data.getlist(name)]

    @property
    def aantal_in_woorden(self) -> str:
        number = len(self.personen)
        return ngettext("%(aantal)s persoon", "%(aantal)s personen", number) % {"aantal": number}


def van_collega(number: int) -> str:
    """Return what the names of the fields of a colleague begin with."""
    return f"collega{number}_"


def zonder_collega(data: QueryDict, gone: int) -> QueryDict:
    """Return what was sent without colleague `gone`: who comes after moves up."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        found = VAN_COLLEGA.fullmatch(name)
        if found is None:
            kept.setlist(name, values)
            continue
        number = int(found[1])
        if number != gone:
            kept.setlist(f"{van_collega(number - (number > gone))}{found[2]}", values)
    return kept
