"""What pages with ticks share, and the dossier that a trajectory makes of itself."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from core import memo
from trajecten.rekenhulp_form import luggage
from trajecten.vinkjes import Vinkjes, shortest

# Where a trajectory shows its dossier; no step may live there.
DOSSIER = "dossier"


class VinkjesMixin:
    """A page on which the ticks of a visitor show: a trajectory or one of its steps."""

    @property
    def sleutel(self) -> str:
        """What the names of the points are made from: the same in every language."""
        return str(self.translation_key)

    def named_points(self):
        """Return the points of the whole trajectory with their names (`vinkjes.names_of`)."""
        raise NotImplementedError

    def vinkjes_in(self, request) -> Vinkjes:
        """Return what the visitor ticked, as the address says it."""
        names = memo.remember(("namen", self.pk), self.named_points)
        return Vinkjes.read(names, request.GET, hier=self.sleutel, mee=luggage(request.GET))

    def clean(self):
        super().clean()
        if self.slug == DOSSIER:
            raise ValidationError(
                {"slug": "Op dit adres staat al het dossier van een traject. Kies een ander."}
            )

    def serve(self, request, *args, **kwargs):
        short = shortest(request)
        return redirect(short) if short else super().serve(request, *args, **kwargs)


class DossierMixin(RoutablePageMixin):
    """The dossier of a trajectory, as a page to print and as a file."""

    @path(f"{DOSSIER}/")
    def dossier(self, request):
        """Show the whole trajectory on one page."""
        from trajecten.dossier import views

        return views.show(self, request)

    @path(f"{DOSSIER}.pdf/")
    def dossier_pdf(self, request):
        """Give the same as a tagged PDF."""
        from trajecten.dossier import views

        return views.download(self, request)
