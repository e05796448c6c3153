"""What somebody chose in the list of deliveries: filters and search box.

The list, the export and the bulk actions all read the same choice from the same address, so
that an act never reaches further than what stood on the screen.
"""

from functools import cached_property

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import ModelChoiceField, ModelChoiceIterator
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms.search import SearchForm

from post.models import Bericht, Levering
from post.states import BerichtStaat, Prioriteit, Staat
from post.words import kind_in_words, moment_in_words

MESSAGES_SHOWN = 30
AUDIENCES = [(Prioriteit.BULK, "aan velen"), (Prioriteit.DIRECT, "aan één persoon")]


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of message there are, with their names."""
    return [(kind, kind_in_words(kind)) for kind in Bericht.objects.kinds()]


def all_messages(request):
    """Return what a chosen message is looked up in."""
    return Bericht.objects.for_list()


class RecentMessages(ModelChoiceIterator):
    """The latest messages to many; a message to one person has only one delivery."""

    def __iter__(self):
        yield "", self.field.empty_label
        for message in self.queryset.bulk().recent().order_by("-pk")[:MESSAGES_SHOWN]:
            yield self.choice(message)


class MessageField(ModelChoiceField):
    """Accepts any message, and proposes only the latest ones."""

    iterator = RecentMessages

    def label_from_instance(self, obj):
        return f"{obj} ({moment_in_words(obj.aangemaakt_op)})"


class MessageFilter(django_filters.ModelChoiceFilter):
    field_class = MessageField


class LeveringFilterSet(WagtailFilterSet):
    """The filters of the list of deliveries."""

    staat = django_filters.MultipleChoiceFilter(
        label="Staat",
        choices=Staat.choices,
        widget=forms.CheckboxSelectMultiple,
        method="filter_states",
    )
    soort = django_filters.ChoiceFilter(
        label="Soort",
        choices=kinds,
        empty_label="Alle soorten",
        widget=forms.RadioSelect,
        method="filter_kind",
    )
    bericht = MessageFilter(
        label="Bericht",
        queryset=all_messages,  # pyright: ignore[reportArgumentType] - may be a function
        empty_label="Alle berichten",
        method="filter_message",
    )
    klaargezet = django_filters.DateFromToRangeFilter(
        label="Klaargezet op", widget=DateRangePickerWidget, method="filter_days"
    )

    class Meta:
        model = Levering
        fields = []

    def filter_states(self, queryset, name, value):
        return queryset.filter(staat__in=value) if value else queryset

    def filter_kind(self, queryset, name, value):
        return queryset.of_kind(value) if value else queryset

    def filter_message(self, queryset, name, value):
        if not value:
            return queryset
        # Together with the states, for the index on messages holds them by state.
        return queryset.of_message(value.pk, self.form.cleaned_data.get("staat") or [])

    def filter_days(self, queryset, name, value):
        return queryset.made_between(value.start, value.stop) if value else queryset


class BerichtFilterSet(WagtailFilterSet):
    """The filters of the list of messages."""

    prioriteit = django_filters.ChoiceFilter(
        label="Aan wie",
        choices=AUDIENCES,
        empty_label="Alle berichten",
        widget=forms.RadioSelect,
    )
    staat = django_filters.ChoiceFilter(
        label="Staat",
        choices=BerichtStaat.choices,
        empty_label="Alle",
        widget=forms.RadioSelect,
    )
    soort = django_filters.ChoiceFilter(
        label="Soort", choices=kinds, empty_label="Alle soorten", widget=forms.RadioSelect
    )

    class Meta:
        model = Bericht
        fields = []


class Keuze:
    """The choice in the address of the list. An address that makes no sense chooses nothing."""

    filterset_class: type[WagtailFilterSet]
    model: type

    def __init__(self, data, request):
        self._data = data
        self.filters = self.filterset_class(data=data, request=request)

    @cached_property
    def _search_form(self):
        return SearchForm({"q": self._data.get("q", "")})

    @cached_property
    def is_geldig(self) -> bool:
        return self.filters.is_valid() and (
            not self._data.get("q", "").strip() or self._search_form.is_valid()
        )

    @property
    def gezocht(self) -> str:
        """What stands in the search box."""
        if not self._data.get("q", "").strip() or not self._search_form.is_valid():
            return ""
        return self._search_form.cleaned_data["q"].strip()

    def rows(self) -> QuerySet:
        """Return what was chosen."""
        if not self.is_geldig:
            return self.model.objects.none()
        rows = self.filters.filter_queryset(self.model.objects.all())
        return self.search(rows) if self.gezocht else rows

    def search(self, rows):
        return rows.search(self.gezocht)

    def in_words(self, *, for_log: bool = False) -> list[str]:
        """Return the choice as an editor reads it; empty when everything was chosen.

        The log keeps no address, so not what somebody typed in the search box either.
        """
        if not self.is_geldig:
            return []
        found = [
            f"{str(self.filters.filters[name].label).lower()}: {text}"
            for name, value in self.filters.form.cleaned_data.items()
            if (text := self.value_in_words(name, value))
        ]
        if self.gezocht:
            found.append("gezocht op een woord" if for_log else f"gezocht op: {self.gezocht}")
        return found

    def value_in_words(self, name, value) -> str:
        if not value:
            return ""
        if isinstance(value, slice):
            days = [
                f"{word} {moment_in_words(moment).split()[0]}"
                for word, moment in (("van", value.start), ("tot en met", value.stop))
                if moment
            ]
            return " ".join(days)
        if isinstance(value, list):
            return " of ".join(self.label_of(name, one) for one in value)
        if name == "soort":
            return kind_in_words(value)
        return str(value)

    def label_of(self, name, value) -> str:
        """Return the words of one of several values of a filter."""
        return str(Staat(value).label)


class LeveringKeuze(Keuze):
    """The choice among deliveries."""

    filterset_class = LeveringFilterSet
    model = Levering

    def search(self, rows):
        # Within one message, a part of an address is looked for among the last of that message.
        message = self.filters.form.cleaned_data["bericht"]
        before = Levering.objects.bounds_of(message.pk)[1] if message else None
        return rows.search(self.gezocht, before=before)


class BerichtKeuze(Keuze):
    """The choice among messages."""

    filterset_class = BerichtFilterSet
    model = Bericht
