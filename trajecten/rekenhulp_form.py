"""The form of the calculator: a GET form, so that its answer has an address."""

import re
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Regelkader
from core.public_forms import anchor_of
from trajecten.models.gemeente import Gemeente
from trajecten.models.trekkingsrecht import Trekkingsrecht
from trajecten.rekenhulp import LONGEST, Aanvrager, GeenBedrag, Uitkomst, read_amount, work_out
from trajecten.vinkjes import PARAMETER, as_query, ticks_in

FIELDS = ("regels", "aanvrager", "gemeente", "bedrag")
KEY = re.compile(r"[a-z0-9-]{1,80}")


def key_of(regelkader: Regelkader) -> str:
    """Return how an address names a set of rules: by its fixed key, or by its number."""
    return regelkader.sleutel or str(regelkader.pk)


def plain(amount: Decimal) -> str:
    """Return an amount as it stands in an address: 1250 or 1250,50."""
    return f"{amount:.2f}".replace(".", ",").removesuffix(",00")


def luggage(query: QueryDict) -> list[tuple[str, str]]:
    """Return what an address holds of the calculator, to be taken along to the dossier.

    Only what can be right: the rest of a tampered or ancient address is left behind.
    """
    try:
        amount = read_amount(query.get("bedrag", ""))
    except GeenBedrag:
        return []
    found = [("bedrag", plain(amount))]
    if query.get("aanvrager") == Aanvrager.VGC:
        found.append(("aanvrager", Aanvrager.VGC.value))
    if KEY.fullmatch(regels := query.get("regels", "")):
        found.append(("regels", regels))
    if 0 < len(gemeente := query.get("gemeente", "")) <= 60:
        found.append(("gemeente", gemeente))
    return found


class RekenForm(forms.Form):
    """What a visitor fills in; `uitkomst` once that is right."""

    use_required_attribute = False

    regels = forms.ChoiceField(
        label=gettext_lazy("Onder welke regels?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies de regels waarmee je wilt rekenen."),
            "invalid_choice": gettext_lazy("Kies de regels waarmee je wilt rekenen."),
        },
    )
    aanvrager = forms.ChoiceField(
        label=gettext_lazy("Wie vraagt aan?"),
        choices=Aanvrager,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies wie aanvraagt."),
            "invalid_choice": gettext_lazy("Kies wie aanvraagt."),
        },
    )
    gemeente = forms.CharField(
        label=gettext_lazy("Welke gemeente?"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "Dan vullen we het bedrag in uit de tabel van de Vlaamse overheid. "
            "De naam van voor een fusie mag ook."
        ),
        widget=forms.TextInput(attrs={"list": "gemeenten", "autocomplete": "off"}),
        error_messages={"max_length": gettext_lazy("Zo'n lange naam heeft geen enkele gemeente.")},
    )
    bedrag = forms.CharField(
        label=gettext_lazy("Hoeveel subsidie per jaar, in euro?"),
        required=False,
        help_text=gettext_lazy("Bijvoorbeeld 1.250 of 1.250,50."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Vul het bedrag van de subsidie in, bijvoorbeeld 1.250.")
        },
    )

    def __init__(self, page, data=None, **options):
        super().__init__(data, label_suffix="", auto_id="reken-%s", **options)
        self._page = page
        self._rules = {key_of(regelkader): regelkader for regelkader in page.regels}
        self.fields["regels"].choices = [(key, row.naam) for key, row in self._rules.items()]
        self.right: Trekkingsrecht | None = None
        if not page.tabellen:
            del self.fields["gemeente"]
            self.fields["bedrag"].required = True
        else:
            self.fields["bedrag"].help_text = _(
                "Bijvoorbeeld 1.250 of 1.250,50. Leeg: we nemen het bedrag van je gemeente."
            )
        if data is not None:
            # What somebody typed comes back, but not without end.
            self.fields["bedrag"].widget.attrs["maxlength"] = LONGEST

    @classmethod
    def from_query(cls, page, query: QueryDict) -> "RekenForm":
        """Return the form as the address fills it in; unbound on a bare address."""
        first = key_of(page.regels[0]) if page.regels else ""
        start = {"regels": first, "aanvrager": Aanvrager.GEMEENTE.value}
        if not any(name in query for name in ("bedrag", "gemeente")):
            return cls(page, initial={**start, **_choices(query)})
        filled = {name: query.get(name, "")[: LONGEST * 2] for name in FIELDS}
        form = cls(page, {**filled, **{n: filled[n] or value for n, value in start.items()}})
        form.ticks = ticks_in(query)
        return form

    # The ticks of a checklist, which travel along.
    ticks: list[str] = []

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every error in the order of the form: the id of its field, and the words."""
        return [(anchor_of(field), str(fault)) for field in self for fault in field.errors]

    @cached_property
    def namen(self) -> list[str]:
        """The municipalities that a table has an amount for."""
        return list(
            Gemeente.objects.filter(
                pk__in=Trekkingsrecht.objects.filter(tabel__in=self._page.tabellen.values()).values(
                    "gemeente"
                )
            ).values_list("naam", flat=True)
        )

    def clean_gemeente(self):
        name = self.cleaned_data["gemeente"].strip()
        if not name:
            return None
        found = Gemeente.objects.find(name)
        if found is not None:
            return found.gemeente
        near = Gemeente.objects.nearest(name)
        raise forms.ValidationError(
            _("We kennen geen Vlaamse gemeente %(naam)s. Bedoel je %(bijna)s?")
            % {"naam": name, "bijna": near}
            if near
            else _("We kennen geen Vlaamse gemeente %(naam)s.") % {"naam": name}
        )

    def clean_bedrag(self):
        text = self.cleaned_data["bedrag"]
        if not text.strip() and "gemeente" in self.fields:
            return None
        try:
            return read_amount(text)
        except GeenBedrag as fault:
            raise forms.ValidationError(str(fault)) from fault

    def clean(self):
        super().clean()
        data = self.cleaned_data
        gemeente, amount = data.get("gemeente"), data.get("bedrag")
        if gemeente is not None and (rules := self._chosen_rules()):
            tabel = self._page.tabellen.get(rules.translation_key)
            self.right = tabel.right_of(gemeente) if tabel else None
        if "bedrag" in data and amount is None:
            if self.right is not None:
                data["bedrag"] = self.right.bedrag
            elif gemeente is not None:
                self.add_error(
                    "bedrag",
                    _(
                        "Voor %(gemeente)s hebben we onder deze regels geen bedrag. "
                        "Vul het bedrag zelf in."
                    )
                    % {"gemeente": gemeente},
                )
            elif "gemeente" not in self.errors:
                self.add_error("bedrag", _("Vul een bedrag in, of kies je gemeente."))
        return data

    def _chosen_rules(self) -> Regelkader | None:
        return self._rules.get(self.cleaned_data.get("regels", ""))

    @cached_property
    def uitkomst(self) -> Uitkomst | None:
        """The outcome, once the form is valid."""
        rules = self._chosen_rules()
        if rules is None:
            return None
        return work_out(
            rules, Aanvrager(self.cleaned_data["aanvrager"]), self.cleaned_data["bedrag"]
        )

    @property
    def meegeven(self) -> str:
        """What the address of a dossier takes along: the ticks and this sum."""
        query = QueryDict(mutable=True)
        query.update({name: self.data[name] for name in FIELDS if self.data.get(name)})
        query["bedrag"] = plain(self.cleaned_data["bedrag"])
        return "?" + as_query([(PARAMETER, ",".join(self.ticks)), *luggage(query)])


def _choices(query: QueryDict) -> dict[str, str]:
    """Return what an address chooses for somebody who has not filled in anything yet."""
    return {name: query.get(name, "") for name in ("regels", "aanvrager") if query.get(name)}
