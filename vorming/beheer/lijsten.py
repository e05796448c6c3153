"""What is printed for the day itself: the sheet to sign, and name badges."""

from django.http import Http404
from django.shortcuts import redirect
from wagtail.admin import messages

from core import pdf
from vorming import drukwerk
from vorming.beheer import dag_audit
from vorming.beheer.dag_scherm import DagScherm
from vorming.beheer.rechten import mag_uitvoeren
from vorming.models import Inschrijving
from vorming.publiek import pdf_answer
from vorming.services.aanwezigheid import op_naam
from vorming.staten import Staat

DRUK = "Er worden nu veel bestanden gemaakt. Probeer het over een halve minuut opnieuw."


class LijstenView(DagScherm):
    """The sheets of a session, a link for each."""

    template_name = "vorming/beheer/lijsten.html"
    page_title = "Lijsten"
    header_icon = "clipboard-list"
    mag = staticmethod(mag_uitvoeren)

    def get(self, request, *args, **kwargs):
        return self.show(dagen=self.sessie.dagen.all(), aantal=self._people().count())

    def _people(self):
        """Return who has a place. Never with what they need: a sheet lies on a table."""
        return Inschrijving.objects.filter(
            sessie=self.sessie, staat=Staat.BEVESTIGD, geanonimiseerd_op=None
        ).select_related("aanvraag")

    def _print(self, make, action, filename):
        people = sorted(self._people(), key=op_naam)
        try:
            content = make(people)
        except pdf.Druk:
            messages.warning(self.request, DRUK)
            return redirect("vorming_lijsten", self.sessie.pk)
        dag_audit.note(self.sessie, action, self.request.user)
        return pdf_answer(content, filename)


class TekenlijstView(LijstenView):
    """The sheet of one day."""

    def get(self, request, *args, **kwargs):
        dag = next((one for one in self.sessie.dagen.all() if one.pk == kwargs["dag"]), None)
        if dag is None:
            raise Http404
        return self._print(
            lambda people: drukwerk.tekenlijst_pdf(self.sessie, dag, people),
            dag_audit.TEKENLIJST_GEMAAKT,
            f"tekenlijst-{self.sessie.pk}-{dag.pk}.pdf",
        )


class NaamkaartjesView(LijstenView):
    """The badges of a session."""

    def get(self, request, *args, **kwargs):
        return self._print(
            lambda people: drukwerk.naamkaartjes_pdf(self.sessie, people),
            dag_audit.NAAMKAARTJES_GEMAAKT,
            f"naamkaartjes-{self.sessie.pk}.pdf",
        )
