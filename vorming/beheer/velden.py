"""Parts of forms of the admin: native date and time fields, and what somebody saw before."""

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.safestring import mark_safe


class DagInvoer(forms.DateInput):
    """The date field of the browser: it has a calendar, and works with a keyboard."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class UurInvoer(forms.TimeInput):
    """The time field of the browser."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class MomentInvoer(forms.DateTimeInput):
    """The field of the browser for a day and an hour."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M:%S")


class Vergelijkbaar(forms.BaseForm):
    """A form that remembers in hidden fields what each field held when it was shown.

    So `changed_data` is what this editor changed, whatever others did meanwhile, and the rest can
    be left as they left it.
    """

    def onthoud(self) -> None:
        """Remember what the fields hold."""
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def eerder(self) -> str:
        """The hidden fields with what was shown."""
        shown = [one.as_hidden(only_initial=True) for one in self if one.field.show_hidden_initial]
        return mark_safe("".join(shown))  # noqa: S308 - written by Django's own widgets

    def was(self, name: str):
        """Return what a field held when it was shown. Raises ValidationError for a forged one."""
        field = self.fields[name]
        return field.to_python(
            field.hidden_widget().value_from_datadict(
                self.data, self.files, self[name].html_initial_name
            )
        )


def zonder_fouten(*gebonden: forms.BaseForm | forms.BaseFormSet) -> None:
    """Let bound forms show what was typed without judging it: somebody only asked for a row."""
    for form in gebonden:
        if isinstance(form, forms.BaseFormSet):
            form._errors = [ErrorDict() for _ in form.forms]
            form._non_form_errors = ErrorList()
            zonder_fouten(*form.forms)
        else:
            form._errors = ErrorDict()
