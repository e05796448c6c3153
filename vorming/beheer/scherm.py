"""A screen of the admin about one session."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from vorming.beheer.rechten import mag_sessies
from vorming.models import Sessie
from vorming.services.basis import NietMogelijk
from vorming.slot import EvenDruk


def is_nummer(text: str) -> bool:
    """Say whether a text that was sent can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 16


class SessieScreen(WagtailAdminTemplateMixin, View):
    """A page with the frame of the admin, for who may, about the session in its address."""

    mag: Callable[[Any], bool] = staticmethod(mag_sessies)

    def dispatch(self, request, *args, **kwargs):
        if not self.mag(request.user):
            raise PermissionDenied
        self.sessie = get_object_or_404(
            Sessie.objects.select_related("vorming").prefetch_related("dagen"), pk=kwargs["sessie"]
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
            {
                "url": AdminURLFinder(self.request.user).get_edit_url(self.sessie) or "",
                "label": str(self.sessie),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(sessie=self.sessie, **kwargs)

    def show(self, status: int = 200, **context):
        """Answer with this screen."""
        return self.render_to_response(self.get_context_data(**context), status=status)

    def try_to(self, act: Callable[[], object], where: str):
        """Do something, say why when it cannot be done, and go to `where`."""
        try:
            act()
        except (NietMogelijk, EvenDruk) as reason:
            messages.warning(self.request, str(reason))
        return redirect(where)
