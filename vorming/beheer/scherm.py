"""The frame of every screen about one session."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from vorming.beheer.rechten import mag_sessies_zien
from vorming.models import Sessie
from vorming.services.basis import NietMogelijk
from vorming.slot import EvenDruk

LIJST = "vorming_sessies:index"
EEN = "vorming_sessies:inspect"


def adres_van(sessie: Sessie) -> str:
    """Return the screen of a session."""
    return reverse(EEN, args=[sessie.pk])


def wanneer(sessie: Sessie) -> str:
    """Return when a session is, in a few words."""
    if sessie.begint_op is None:
        return "nog geen dagen"
    first, last = (
        formats.date_format(one, "j F Y") for one in (sessie.begint_op, sessie.eindigt_op)
    )
    return first if first == last else f"{first} tot en met {last}"


class VormingScherm(WagtailAdminTemplateMixin, View):
    """A page of the admin of the training offer, for who may see it."""

    header_icon = "group"
    mag: Callable[[Any], bool] = staticmethod(mag_sessies_zien)

    def dispatch(self, request, *args, **kwargs):
        if not self.mag(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def show(self, status: int = 200, **context):
        """Answer with this screen."""
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIJST), "label": "Sessies"},
            {"url": "", "label": self.get_page_title()},
        ]

    @contextmanager
    def vriendelijk(self):
        """Say what cannot be done, and that it is busy, instead of failing.

        Yields a list that holds the reason afterwards, empty when all went well: a screen where
        somebody filled something in shows that again.
        """
        refused: list[Exception] = []
        try:
            yield refused
        except (NietMogelijk, EvenDruk) as refusal:
            messages.error(self.request, str(refusal))
            refused.append(refusal)

    def try_to(self, act: Callable[[], object], where: str):
        """Do something, say why when it cannot be done, and go to `where`."""
        with self.vriendelijk():
            act()
        return redirect(where)


class SessieScherm(VormingScherm):
    """A page about one session."""

    def dispatch(self, request, *args, **kwargs):
        if self.mag(request.user):
            self.sessie = get_object_or_404(
                Sessie.objects.met_tellingen().select_related("vorming"), pk=kwargs["pk"]
            )
        return super().dispatch(request, *args, **kwargs)

    def back(self):
        return redirect(adres_van(self.sessie))

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIJST), "label": "Sessies"},
            {"url": adres_van(self.sessie), "label": str(self.sessie)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            sessie=self.sessie,
            terug=adres_van(self.sessie),
            wanneer=wanneer(self.sessie),
            **kwargs,
        )
