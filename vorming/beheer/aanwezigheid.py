"""Recording who is there: one form per day, also on a telephone and by two people at once."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from core import clock
from vorming.beheer import dag_audit
from vorming.beheer.dag_scherm import DagScherm, is_nummer
from vorming.beheer.rechten import mag_inschrijvingen
from vorming.beheer.woorden import naam_van
from vorming.models import Aanwezig, Aanwezigheid
from vorming.services import aanwezigheid
from vorming.services.aanwezigheid import LEEG, DagWeg, Wijziging, op_de_lijst, op_naam
from vorming.services.basis import redactie

KEUZES = [*Aanwezig.choices, (LEEG, "nog open")]
WAARDEN = {value for value, _label in KEUZES}
MEESTE_NAMEN = 5


def dag_om_te_tonen(days):
    """Return the day of today, or else the last one that was, or the first that comes."""
    today = clock.today()
    zone = clock.now().tzinfo
    begun = [dag for dag in days if dag.begin.astimezone(zone).date() <= today]
    return begun[-1] if begun else (days[0] if days else None)


class AanwezigheidView(DagScherm):
    """The people of one day, each with a choice."""

    template_name = "vorming/beheer/aanwezigheid.html"
    page_title = "Aanwezigheid"
    header_icon = "check"
    mag = staticmethod(mag_inschrijvingen)

    def prepare(self):
        days = list(self.sessie.dagen.all())
        wanted = self.kwargs.get("dag")
        if wanted is None:
            self.dag = dag_om_te_tonen(days)
        else:
            self.dag = next((dag for dag in days if dag.pk == wanted), None)

    def get(self, request, *args, **kwargs):
        if self.dag is None and "dag" in kwargs:
            raise Http404
        dag_audit.note_look(self.sessie, dag_audit.AANWEZIGHEID_BEKEKEN, request.user)
        return self._list()

    def _list(self, chosen=None, status=200):
        """Show the people of the day; `chosen` by an editor and not kept, by enrolment."""
        people = _people(self.sessie, self.dag) if self.dag else []
        for one in people:
            one.was = one.stand
            if chosen and one.pk in chosen:
                one.was, one.stand = chosen[one.pk].was, chosen[one.pk].wordt
        recorded = sum(bool(one.was) for one in people)
        begun = self.dag is not None and (
            self.dag.begin.astimezone(clock.now().tzinfo).date() <= clock.today()
        )
        return self.show(
            status=status,
            dag=self.dag,
            dagen=self.sessie.dagen.all(),
            mensen=people,
            keuzes=KEUZES,
            aangeduid=recorded,
            aanwezig=sum(one.was == Aanwezig.AANWEZIG for one in people),
            kan_aanduiden=begun,
        )

    def post(self, request, *args, **kwargs):
        days = reverse("vorming_aanwezigheid", args=[self.sessie.pk])
        if self.dag is None:
            messages.warning(request, str(DagWeg()))
            return redirect(days)
        with self.vriendelijk() as refused:
            self._record(self.dag.pk)
        if refused and isinstance(refused[0], DagWeg):
            return redirect(days)
        if refused:
            return self._list(_changes(request.POST), status=409)
        return redirect("vorming_aanwezigheid_dag", sessie=self.sessie.pk, dag=self.dag.pk)

    def _record(self, dag):
        done = aanwezigheid.record(
            dag,
            wijzigingen=_changes(self.request.POST),
            rest_aanwezig="rest" in self.request.POST,
            door=redactie(self.request.user),
        )
        if done.botsingen:
            messages.warning(self.request, _clash(done.botsingen))
        if done.weg:
            messages.warning(self.request, _gone(done.weg))
        if done.bewaard:
            words = "1 persoon" if done.bewaard == 1 else f"{done.bewaard} personen"
            messages.success(self.request, f"Bewaard voor {words}.")
        elif not (done.botsingen or done.weg):
            messages.success(self.request, "Er was niets veranderd.")


def _people(sessie, dag):
    """Return who is expected, by name, each with what is recorded and by whom."""
    people = sorted(op_de_lijst(sessie, [dag]), key=op_naam)
    rows = Aanwezigheid.objects.filter(dag=dag).select_related("door")
    known = {row.inschrijving_id: row for row in rows}
    for one in people:
        row = known.get(one.pk)
        one.stand = row.stand if row else LEEG
        one.aangeduid_door = row.door if row else None
    return people


def _changes(data):
    """Return what the form says, per person: what was on the screen and what was chosen."""
    found = {}
    for name in data:
        number = name.removeprefix("was_")
        if name == number or not is_nummer(number):
            continue
        before, after = data[name], data.get(f"stand_{number}", data[name])
        if before in WAARDEN and after in WAARDEN:
            found[int(number)] = Wijziging(was=before, wordt=after)
    return found


def _in_words(names):
    more = len(names) - MEESTE_NAMEN
    return ", ".join([*names[:MEESTE_NAMEN], *([f"en nog {more}"] if more > 0 else [])])


def _gone(people):
    names = [f"{naam_van(one)} ({one.get_staat_display()})" for one in people]
    return (
        f"Niet bewaard voor {_in_words(names)}: intussen niet meer op de lijst van deze dag. Was "
        "iemand er toch, kijk dan of ze onder een andere naam of in een andere sessie staat."
    )


def _clash(people):
    names = [one.volledige_naam for one in people]
    return (
        "Een collega duidde intussen iets anders aan voor "
        f"{_in_words(names)}. Dat bleef staan. Kijk het na en kies opnieuw als het anders is."
    )
