"""What editors do with a session: make it, change it, give it more or fewer places, cancel it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core import clock
from vorming.models import Aanwezigheid, BijzondereNood, Inschrijving, Sessie, Sessiedag
from vorming.services import berichten
from vorming.services.basis import Door, NietMogelijk, lees, noteer, overgang, vrije_plaatsen
from vorming.services.inschrijven import volgend_nummer
from vorming.services.wachtlijst import kan_meteen, vul
from vorming.slot import met_sessie
from vorming.staten import SessieStaat, Staat

# What people must hear of when it changes, with the words for it.
MERKBAAR = {
    "locatie": _("de plaats"),
    "adres": _("de plaats"),
    "gemeente": _("de plaats"),
    "vorm": _("hoe je meedoet"),
    "online_link": _("de link om online mee te doen"),
}
# What has a function of its own, or is kept by one.
NIET_ZOMAAR = {
    "id",
    "vorming",
    "staat",
    "capaciteit",
    "begint_op",
    "eindigt_op",
    "volgnummer_teller",
    "bewust_bezet",
    "bedankt_op",
    "aangemaakt_op",
}


@dataclass(frozen=True)
class Dag:
    """A day as an editor filled it in; `pk` is None for a new one."""

    begin: datetime.datetime
    einde: datetime.datetime
    locatie: str = ""
    uitleg: str = ""
    pk: int | None = None


def change(
    sessie: int, *, velden: Mapping[str, object], dagen: Sequence[Dag] | None, door: Door
) -> Sessie:
    """Change a session and its days; whoever has a place hears it once when time or place moves.

    `velden` may not hold what has a function of its own (state, number of places).
    """
    forbidden = set(velden) & NIET_ZOMAAR
    if forbidden:
        raise ValueError(f"Dit verandert niet zo: {', '.join(sorted(forbidden))}")
    with met_sessie(sessie) as locked:
        changed = {name for name, value in velden.items() if getattr(locked, name) != value}
        for name in changed:
            setattr(locked, name, velden[name])
        days, gone = _change_days(locked, dagen) if dagen is not None else (set(), [])
        set_span(locked)
        locked.full_clean(exclude=["vorming"])
        locked.save()
        what = list(dict.fromkeys(MERKBAAR[name] for name in MERKBAAR if name in changed))
        if days:
            what.insert(0, _("de dag of het uur"))
        if changed or days:
            noteer(locked, "sessie gewijzigd", door=door, velden=changed | days)
        if what and locked.staat != SessieStaat.CONCEPT and not locked.is_voorbij:
            _tell_everybody(locked, what, gone)
        vul(locked, door=door)
        for dag in gone:
            dag.delete()
        return locked


def _tell_everybody(sessie, what, gone):
    rows = Inschrijving.objects.filter(sessie=sessie, staat=Staat.BEVESTIGD)
    for one in rows.select_related("aanvraag").order_by("pk"):
        one.sessie = sessie
        one.ical_seq += 1
        one.save(update_fields=["ical_seq"])
        berichten.gewijzigd(one, wat=what, weg=gone)


def _change_days(sessie, dagen):
    """Store the days; return what changed about them, and the days that are gone."""
    before = {dag.pk: dag for dag in sessie.dagen.all()}
    changed = set()
    for wanted in dagen:
        dag = before.pop(wanted.pk, None) if wanted.pk else None
        if dag is None:
            dag = Sessiedag(sessie=sessie)
            changed.add("dagen")
        if dag.pk and (dag.begin, dag.einde) != (wanted.begin, wanted.einde):
            changed.add("dagen")
            dag.herinnerd_week_op = dag.herinnerd_dag_op = None
        if dag.pk and dag.locatie != wanted.locatie:
            changed.add("dagen")
        dag.begin, dag.einde = wanted.begin, wanted.einde
        dag.locatie, dag.uitleg = wanted.locatie, wanted.uitleg
        dag.full_clean()
        dag.save()
    gone = list(before.values())
    if Aanwezigheid.objects.filter(dag__in=gone).exists():
        raise NietMogelijk(
            "Voor een dag die je weghaalt, is al aangeduid wie er was. Laat die dag staan."
        )
    if gone:
        changed.add("dagen")
    sessie._dagen_gelezen = sorted(
        sessie.dagen.exclude(pk__in=[dag.pk for dag in gone]), key=lambda dag: dag.begin
    )
    return changed, gone


def set_span(sessie: Sessie) -> None:
    """Set when a session begins and ends, from its days."""
    days = berichten.dagen_van(sessie)
    sessie.begint_op = min((dag.begin for dag in days), default=None)
    sessie.eindigt_op = max((dag.einde for dag in days), default=None)


def create(*, velden: Mapping[str, object], dagen: Sequence[Dag], door: Door) -> Sessie:
    """Make a session as a draft, with its days."""
    made = Sessie.objects.create(**velden)
    return change(made.pk, velden={}, dagen=dagen, door=door)


def copy(sessie: Sessie, *, door: Door) -> Sessie:
    """Make a draft like an earlier session: its workshops and rules, not its days and people."""
    skip = NIET_ZOMAAR - {"vorming", "capaciteit"} | {
        "opent_op", "sluit_op", "annuleren_tot", "vervangen_tot", "verslag", "online_link",
    }  # fmt: skip
    values = {
        field.name: getattr(sessie, field.name)
        for field in Sessie._meta.concrete_fields
        if field.name not in skip
    }
    made = Sessie.objects.create(**values)
    for workshop in sessie.workshops.all():
        workshop.pk = None
        workshop.sessie = made
        workshop.save(force_insert=True)
    noteer(made, "sessie gemaakt", door=door, uitleg=f"naar sessie {sessie.pk}")
    return made


def set_state(sessie: int, staat: SessieStaat, *, door: Door) -> Sessie:
    """Open or close enrolment, or take a session back to draft. Cancelling is `cancel`."""
    if staat == SessieStaat.GEANNULEERD:
        raise ValueError("Annuleren gaat met cancel.")
    with met_sessie(sessie) as locked:
        if locked.staat == SessieStaat.GEANNULEERD:
            raise NietMogelijk("Deze sessie is geannuleerd. Maak een nieuwe.")
        if staat == SessieStaat.CONCEPT and locked.inschrijvingen.exists():
            raise NietMogelijk("Er zijn inschrijvingen. Sluit de inschrijving in de plaats.")
        if locked.begint_op is None and staat != SessieStaat.CONCEPT:
            raise NietMogelijk("Zet er eerst een dag bij.")
        before, locked.staat = locked.staat, staat
        locked.save(update_fields=["staat"])
        if before != staat:
            noteer(locked, "staat van de sessie", door=door, van=before, naar=staat)
        vul(locked, door=door)
        return locked


def set_capacity(sessie: int, capaciteit: int, *, door: Door) -> Sessie:
    """Give a session more or fewer places. Nobody ever loses a place by it.

    More places go to the waiting list at once; below what is held, nobody moves up until there is
    room again.
    """
    with met_sessie(sessie) as locked:
        before, locked.capaciteit = locked.capaciteit, capaciteit
        held = Inschrijving.objects.met_plaats().filter(sessie=locked).count()
        locked.bewust_bezet = held if held > capaciteit else None
        locked.full_clean(exclude=["vorming"])
        locked.save(update_fields=["capaciteit", "bewust_bezet"])
        if before != capaciteit:
            noteer(locked, "aantal plaatsen", door=door, van=str(before), naar=str(capaciteit))
        vul(locked, door=door)
        return locked


def cancel(sessie: int, *, reden: str, door: Door) -> int:
    """Cancel a session: everybody in it hears it once; return how many. Nobody moves up."""
    with met_sessie(sessie) as locked:
        if locked.staat == SessieStaat.GEANNULEERD:
            return 0
        before, locked.staat = locked.staat, SessieStaat.GEANNULEERD
        locked.save(update_fields=["staat"])
        noteer(locked, "sessie geannuleerd", door=door, van=before, naar=locked.staat)
        rows = list(
            Inschrijving.objects.actief()
            .filter(sessie=locked)
            .select_related("aanvraag")
            .order_by("pk")
        )
        for one in rows:
            one.sessie = locked
            was_confirmed = one.staat == Staat.BEVESTIGD
            one.ical_seq += 1
            overgang(one, Staat.GEANNULEERD, door=door, uitleg="sessie geannuleerd")
            berichten.gaat_niet_door(one, was_bevestigd=was_confirmed, reden=reden)
        return len(rows)


def move(inschrijving: int, naar: int, *, door: Door, vul_oude: bool = True) -> Inschrijving:
    """Move somebody to another session, by an editor; return the new enrolment.

    A place when there is one and nobody waits for it, the end of that queue otherwise. Her old
    place goes to the next at once; without `vul_oude` the caller gives it away with
    `wachtlijst.fill`, once everybody of a group has gone: else who waits would get a place, and a
    mail about it, a moment before she is moved herself.
    """
    van = Inschrijving.objects.values_list("sessie_id", flat=True).get(pk=inschrijving)
    if van == naar:
        raise NietMogelijk("Deze persoon staat al in die sessie.")
    with met_sessie(van, naar) as old:
        new_session = Sessie.objects.select_related("vorming").get(pk=naar)
        if new_session.staat == SessieStaat.GEANNULEERD or new_session.is_voorbij:
            raise NietMogelijk("Die sessie gaat niet door of is voorbij.")
        one = lees(inschrijving, old)
        if Inschrijving.objects.actief().filter(sessie=naar, sleutel=one.sleutel).exists():
            raise NietMogelijk("Deze persoon staat al in die sessie.")
        was_confirmed = one.staat == Staat.BEVESTIGD
        overgang(
            one,
            Staat.GEANNULEERD,
            door=door,
            uitleg=f"verplaatst naar sessie {naar}",
            ical_seq=one.ical_seq + 1,
            link_versie=one.link_versie + 1,
        )
        vul(new_session, door=door)
        new = Inschrijving(
            sessie=new_session,
            aanvraag=one.aanvraag,
            regel=Inschrijving.objects.hoogste_regel(one.aanvraag) + 1,
            voornaam=one.voornaam,
            naam=one.naam,
            e_mail=one.e_mail,
            functie=one.functie,
            sleutel=one.sleutel,
            antwoorden=one.antwoorden,
            staat=Staat.WACHTLIJST,
        )
        free = vrije_plaatsen(new_session)
        if kan_meteen(new_session, clock.now(), len(free)):
            new.staat = Staat.BEVESTIGD
            new.plaats = free[0]
            new.bevestigd_op = clock.now()
        else:
            new.volgnummer = volgend_nummer(new_session)
            new_session.save(update_fields=["volgnummer_teller"])
        new.save(force_insert=True)
        BijzondereNood.objects.filter(inschrijving=one).update(inschrijving=new)
        noteer(new_session, "ingeschreven", door=door, inschrijving=new, naar=new.staat)
        berichten.verplaatst(one, was_bevestigd=was_confirmed, nieuw=new)
        berichten.na_inschrijven(new)
        if vul_oude:
            vul(old, door=door)
        return new
