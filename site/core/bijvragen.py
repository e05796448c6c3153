"""Questions that one app adds to a form of another: may we do this for you as well?

An app registers its question in `AppConfig.ready`. A form that takes such questions shows them all
and, in its own transaction, lets each app act on its answer. What goes wrong there is written down
and undone, and never touches what somebody came for.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise

logger = logging.getLogger(__name__)

# How the page after a form is told what became of the answers. Only names of questions stand there.
GELUKT, MISLUKT = "ook", "niet"


class KeuzeField(forms.MultipleChoiceField):
    """Boxes to tick, none of them beforehand.

    What cannot be chosen any more is left out: nobody is held up for something on the side.
    """

    def __init__(self, **options):
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)

    def clean(self, value):
        """Return what was ticked and is still there."""
        return [one for one in self.to_python(value) if self.valid_value(one)]


@dataclass(frozen=True)
class Bijvraag:
    """A question on the side.

    `naam` is also the name of its field. `veld` returns the field as it is now, None when there is
    nothing to ask. `mag` says whether who sends this request may still ask it. `doe` gets the
    address and the language of who filled in the form, and what she ticked. `gelukt` and `mislukt`
    are said afterwards; `elders` names the view where she can still ask for it.
    """

    naam: str
    titel: str | Promise
    uitleg: str | Promise
    veld: Callable[[], KeuzeField | None]
    doe: Callable[[str, str, Sequence[str]], None]
    gelukt: str | Promise
    mislukt: str | Promise
    elders: str
    elders_in_woorden: str | Promise
    mag: Callable[[HttpRequest], bool] = lambda request: True


_vragen: dict[str, Bijvraag] = {}


def register(vraag: Bijvraag) -> None:
    """Add the question of an app; the same name again replaces it."""
    _vragen[vraag.naam] = vraag


def velden() -> list[tuple[Bijvraag, KeuzeField]]:
    """Return the questions that can be asked now, each with its field."""
    found = []
    for vraag in _vragen.values():
        try:
            # In no transaction: on SQLite that would wait for whoever writes, to show a page.
            veld = vraag.veld()
        except Exception:
            logger.exception("De vraag %s kan niet gesteld worden", vraag.naam)
            continue
        if veld is not None:
            found.append((vraag, veld))
    return found


class Antwoorden:
    """What somebody ticked, per question, and what became of it."""

    def __init__(self, gekozen: Mapping[str, Sequence[str]] | None = None):
        self._gekozen = {naam: keuze for naam, keuze in (gekozen or {}).items() if keuze}
        self._uitkomst: dict[str, bool] = {}

    def houd_tegen(self, request: HttpRequest) -> None:
        """Leave out what the sender of a request may not ask (any more).

        Before the transaction of the form: a form that is rolled back was an attempt too.
        """
        for naam in list(self._gekozen):
            if not _vragen[naam].mag(request):
                del self._gekozen[naam]
                self._uitkomst[naam] = False

    def voer_uit(self, *, e_mail: str, taal: str) -> None:
        """Do what was ticked, in the transaction of the form. A fault is logged, not raised."""
        for naam, keuze in self._gekozen.items():
            try:
                with transaction.atomic():
                    _vragen[naam].doe(e_mail, taal, keuze)
            except Exception:
                logger.exception("Wat aangekruist was bij %s is niet gebeurd", naam)
                self._uitkomst[naam] = False
            else:
                self._uitkomst[naam] = True

    def achter(self, adres: str) -> str:
        """Return the address of the page afterwards, which says what became of it."""
        parts = [(GELUKT if well else MISLUKT, naam) for naam, well in self._uitkomst.items()]
        return f"{adres}?{urlencode(parts)}" if parts else adres


@dataclass(frozen=True)
class Melding:
    """What became of one answer, to read; with a way to ask again when it went wrong."""

    tekst: str | Promise
    adres: str = ""
    in_woorden: str | Promise = ""


def meldingen(parameters: QueryDict) -> list[Melding]:
    """Return what the address of a page says about the answers."""
    found = [
        Melding(vraag.gelukt)
        for naam, vraag in _vragen.items()
        if naam in parameters.getlist(GELUKT)
    ]
    found += [
        Melding(vraag.mislukt, reverse(vraag.elders), vraag.elders_in_woorden)
        for naam, vraag in _vragen.items()
        if naam in parameters.getlist(MISLUKT)
    ]
    return found
