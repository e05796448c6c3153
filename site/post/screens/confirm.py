"""Asking before doing: a page with the question, and a POST that does it."""

from dataclasses import dataclass

from django.db.models import Model
from django.shortcuts import redirect
from wagtail.admin import messages

from post.screens.access import ManagersOnly
from post.screens.base import AdminScreen


@dataclass(frozen=True)
class Vraag:
    """What is asked, and the words of the two buttons."""

    titel: str
    uitleg: list[str]
    ja: str
    nee: str = "Nee, ga terug"
    is_ernstig: bool = False


class AskView(AdminScreen):
    """GET asks, POST does. What can no longer be done is said, and nothing happens."""

    template_name = "post/beheer/bevestigen.html"
    done = ""
    too_late = "Er is intussen iets veranderd. Daarom is er niets gebeurd."

    def get_subject(self) -> Model:
        raise NotImplementedError

    def get_question(self) -> Vraag:
        raise NotImplementedError

    def get_back_url(self) -> str:
        raise NotImplementedError

    def is_possible(self) -> bool:
        """Say whether the act still makes sense."""
        raise NotImplementedError

    def act(self) -> bool:
        """Do it; return whether something changed."""
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        if not self.is_possible():
            return self._nothing_to_do()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.act():
            return self._nothing_to_do()
        messages.success(request, self.done)
        return redirect(self.get_back_url())

    def _nothing_to_do(self):
        messages.warning(self.request, self.too_late)
        return redirect(self.get_back_url())

    def get_page_title(self):
        return self.get_question().titel

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": self.get_back_url(), "label": str(self.get_subject())},
            {"url": "", "label": self.get_question().titel},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            vraag=self.get_question(), terug=self.get_back_url(), **kwargs
        )


class ConfirmView(ManagersOnly, AskView):
    """A question to who may see the mail room."""
