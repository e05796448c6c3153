"""Columns of lists in the admin that Wagtail lacks."""

from typing import Any

from django.utils import formats
from wagtail.admin.ui.tables import Column


class DayColumn(Column):
    """A day as a date. Wagtail's own column calls every day that is still to come "just now"."""

    def get_value(self, instance):
        day: Any = super().get_value(instance)
        return formats.date_format(day, "j F Y") if day else ""
