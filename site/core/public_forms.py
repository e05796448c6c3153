"""What every form for visitors shares: a seal, a trap for bots, and errors with an address.

The seal is made when the form is shown. It tells how long somebody took, and it is the name of
this one filling in: whatever is sent twice under one seal is the same request.
"""

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.validators import RegexValidator
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.utils.translation import gettext_lazy as _

from core import clock

HONEYPOT = "webadres"
SEAL = "zegel"
# Nobody reads and fills in a form faster.
QUICKEST = datetime.timedelta(seconds=3)
# A form may stay open for a day.
LONGEST = datetime.timedelta(hours=24)
# A name goes by mail to whatever address was typed beside it: nobody may mail strangers a link or a
# telephone number by way of our form. Programs that read mail make a link of `casino.com` too.
NO_LINK = RegexValidator(
    r"://|\bwww\.|@|[^\W_]{2,}[.\u3002\uff0e][a-z]{2,}|\.[a-z]{2,}/|\d(?:\D{0,3}\d){6,}|[\x00-\x1f\x7f]",
    _(
        "Schrijf hier geen webadres, geen e-mailadres, geen telefoonnummer en geen vreemde tekens. "
        "Hoort er een punt in, zet er dan een spatie achter."
    ),
    code="link",
    inverse_match=True,
    flags=re.IGNORECASE,
)


@dataclass(frozen=True)
class Seal:
    """The mark of one filling in: who can make it is only the site."""

    key: uuid.UUID
    made_at: datetime.datetime

    @classmethod
    def new(cls) -> "Seal":
        return cls(uuid.uuid4(), clock.now())

    @classmethod
    def read(cls, text: str, purpose: str) -> "Seal | None":
        """Return the seal that `text` holds; None when it is not ours, not for this, or too old."""
        try:
            key, seconds = _signer(purpose).unsign_object(text)
            made_at = datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)
            seal = cls(uuid.UUID(key), made_at)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return seal if clock.now() - made_at <= LONGEST else None

    def write(self, purpose: str) -> str:
        """Return the text that stands in the form."""
        return _signer(purpose).sign_object([str(self.key), int(self.made_at.timestamp())])

    @property
    def is_too_young(self) -> bool:
        """Whether no person can have filled in the form already."""
        return clock.now() - self.made_at < QUICKEST


def _signer(purpose):
    return signing.Signer(salt=f"core.seal.{purpose}")


class PublicForm(forms.Form):
    """A form for visitors.

    A page that shows one is of one visitor: answer with `Cache-Control: private`.
    """

    # Tells the seals of different forms apart.
    purpose = "formulier"
    use_required_attribute = False
    error_css_class = "fout"
    expired = _("Dit formulier stond te lang open. Kijk je antwoorden na en verstuur het opnieuw.")

    def __init__(self, data: Mapping[str, str] | None = None, **options):
        super().__init__(data, label_suffix="", **options)
        found = Seal.read(data.get(SEAL) or "", self.purpose) if data is not None else None
        self._is_expired = data is not None and found is None
        self.seal = found or Seal.new()

    @classmethod
    def reopened(cls, data: Mapping[str, str], **options):
        """Return the form to go on with: filled in, under the same seal, nothing said about it."""
        form = cls(initial={name: data.get(name, "") for name in data}, **options)
        form.seal = Seal.read(data.get(SEAL) or "", cls.purpose) or form.seal
        return form

    @property
    def seal_text(self) -> str:
        """What the hidden field of the seal holds."""
        return self.seal.write(self.purpose)

    @property
    def is_bot(self) -> bool:
        """Whether this was sent by a program: it filled in the trap, or was too quick.

        Show it the same pages, and store nothing.
        """
        return self._is_trapped or self._is_quick

    @property
    def asks_again(self) -> bool:
        """Whether to show the form once more, filled in, with `components/formulier/nog_eens.html`.

        With a browser that fills in forms a person can be as quick as a program. She presses once
        more, a program is gone. Ask this before `is_bot`, of a form without errors: nothing is
        stored, nothing is counted, and the seal stays the same. Who fell into the trap is never
        asked, and hears nothing.
        """
        return self.is_bound and self._is_quick and not self._is_trapped

    @property
    def _is_trapped(self):
        return bool(self.data.get(HONEYPOT))

    @property
    def _is_quick(self):
        return not self._is_expired and self.seal.is_too_young

    def clean(self):
        if self._is_expired:
            self.add_error(None, forms.ValidationError(self.expired, code="expired"))
        return super().clean()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every error in the order of the form: the id of the field it is about, and the words."""
        found = [("formulier", str(message)) for message in self.non_field_errors()]
        for field in self:
            found += [(anchor_of(field), str(message)) for message in field.errors]
        return found


def anchor_of(field: forms.BoundField) -> str:
    """Return the id of the first thing somebody can fill in of a field."""
    if isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple)):
        return f"{field.auto_id}_0"
    return field.auto_id
