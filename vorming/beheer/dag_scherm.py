"""The frame of every screen about the days of a session."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from vorming.beheer.rechten import mag_sessies
from vorming.beheer.scherm import LIJST, VormingScherm, adres_van
from vorming.models import Sessie


def is_nummer(text: str) -> bool:
    """Say whether a text that was sent can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 16


class DagScherm(VormingScherm):
    """A page about the session in its address, with its days."""

    mag: Callable[[Any], bool] = staticmethod(mag_sessies)

    def dispatch(self, request, *args, **kwargs):
        if self.mag(request.user):
            self.sessie = get_object_or_404(
                Sessie.objects.select_related("vorming").prefetch_related("dagen"),
                pk=kwargs["sessie"],
            )
            self.prepare()
        return super().dispatch(request, *args, **kwargs)

    def prepare(self) -> None:
        """Read what else the screen is about, once it is sure that she may see it."""

    def get_page_subtitle(self):
        return str(self.sessie)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIJST), "label": "Sessies"},
            {"url": adres_van(self.sessie), "label": str(self.sessie)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(sessie=self.sessie, **kwargs)
