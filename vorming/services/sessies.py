"""What editors do with a session: make it, change it, give it more or fewer places, cancel it."""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.template.defaultfilters import floatformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vorming.models import Inschrijving, Sessie
from vorming.services import berichten
from vorming.services.basis import (
    AANTAL_PLAATSEN,
    GEEN_DAG_MEER,
    STAAT_VAN_SESSIE,
    Door,
    NietMogelijk,
    noteer,
    overgang,
)
from vorming.services.dagen import Dag, change_days, dagen_gezien, set_span
from vorming.services.wachtlijst import vul
from vorming.services.workshops import GEKREGEN, Keuze, change_workshops, workshops_gezien
from vorming.slot import met_sessie
from vorming.staten import ACTIEF, HOUDT_PLAATS, SessieStaat, Staat

# What people must hear of when it changes, with the words for it.
MERKBAAR = {
    "locatie": _("de plaats"),
    "adres": _("de plaats"),
    "gemeente": _("de plaats"),
    "vorm": _("hoe je meedoet"),
    "online_link": _("de link om online mee te doen"),
}
# And what it costs: with the price of before.
PRIJS = _("de prijs: %(nu)s (het was: %(eerst)s)")
# What has a function of its own, or is kept by one.
NIET_ZOMAAR = {
    "id",
    "formuliertoken",
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
class Gezien:
    """What an editor saw before she changed it: None is not compared."""

    velden: Mapping[str, object] = field(default_factory=dict)
    dagen: Sequence[Dag] | None = None
    workshops: Sequence[Keuze] | None = None


class Verouderd(NietMogelijk):
    """Somebody else changed the same thing meanwhile. `velden` names what."""

    def __init__(self, velden: set[str]):
        super().__init__("Iemand anders wijzigde dit intussen ook. Er is niets bewaard.")
        self.velden = velden


@dataclass(frozen=True)
class Wijziging:
    """What became of a change: the session, and how many people hear of it by mail."""

    sessie: Sessie
    verwittigd: int


def change(
    sessie: int,
    *,
    velden: Mapping[str, object],
    dagen: Sequence[Dag] | None,
    door: Door,
    workshops: Sequence[Keuze] | None = None,
    gezien: Gezien | None = None,
) -> Wijziging:
    """Change a session; whoever has a place hears it once when time, place or price changes.

    `velden` may not hold what has a function of its own (state, number of places). Raises Verouderd
    when something was changed since it was `gezien`, NietMogelijk and ValidationError.
    """
    forbidden = set(velden) & NIET_ZOMAAR
    if forbidden:
        raise ValueError(f"Dit verandert niet zo: {', '.join(sorted(forbidden))}")
    with met_sessie(sessie) as locked:
        if locked.staat == SessieStaat.GEANNULEERD:
            raise NietMogelijk("Deze sessie is geannuleerd. Maak een nieuwe.")
        if gezien:
            _refuse_stale(locked, gezien, velden, dagen, workshops)
        # Asked before the days change: without those still to come, a session is over at once.
        was_over, price = locked.is_voorbij, locked.prijs
        changed = {name for name, value in velden.items() if getattr(locked, name) != value}
        for name in changed:
            setattr(locked, name, velden[name])
        days, gone = change_days(locked, dagen, door=door) if dagen is not None else (set(), [])
        set_span(locked)
        if locked.begint_op is None and locked.inschrijvingen.exists():
            raise NietMogelijk("Er zijn inschrijvingen. Laat minstens een dag staan.")
        locked.full_clean(exclude=["vorming"])
        locked.save()
        if locked.begint_op:
            # An offer may not outlive the moment for which it was made.
            Inschrijving.objects.filter(
                sessie=locked, staat=Staat.AANGEBODEN, aanbod_tot__gt=locked.begint_op
            ).update(aanbod_tot=locked.begint_op)
        got_workshop: set[int] = set()
        if workshops is not None:
            others, got_workshop = change_workshops(locked, workshops, door=door)
            changed |= {"workshops"} if others else set()
        costs = [_prijs_was(price, locked)] if "prijs" in changed else []
        if changed or days:
            noteer(
                locked,
                "sessie gewijzigd",
                door=door,
                velden=changed | days,
                uitleg=GEEN_DAG_MEER if locked.is_voorbij and not was_over else "",
            )
        told = 0
        if locked.staat != SessieStaat.CONCEPT and was_over and locked.is_voorbij:
            # Where and when it was is past. What it costs still goes on the invoice of who came.
            told = _tell(locked, costs, staten=[Staat.BEVESTIGD])
        elif locked.staat != SessieStaat.CONCEPT:
            told = _tell(locked, [*_moved(changed, days), *costs], gone, got_workshop)
        vul(locked, door=door)
        for dag in gone:
            dag.delete()
        return Wijziging(locked, told)


def _refuse_stale(sessie, gezien, velden, dagen, workshops):
    """Raise Verouderd when what is about to change is not what was seen, nor what is wanted."""
    stale = {
        name
        for name, before in gezien.velden.items()
        if _plain(getattr(sessie, name)) not in (_plain(before), _plain(velden[name]))
    }
    lists = [
        ("dagen", gezien.dagen, dagen, dagen_gezien),
        ("workshops", gezien.workshops, workshops, workshops_gezien),
    ]
    for name, before, wanted, read in lists:
        if before is not None and wanted is not None:
            now = _by_pk(read(sessie))
            if now not in (_by_pk(before), _by_pk(wanted)):
                stale.add(name)
    if stale:
        raise Verouderd(stale)


def _plain(value):
    # A form shows no parts of a second.
    return value.replace(microsecond=0) if isinstance(value, datetime.datetime) else value


def _by_pk(rows):
    return sorted(rows, key=lambda row: row.pk or 0)


def _moved(changed, days):
    """Return what people notice of when, where and how, in words."""
    found = [_("de dag of het uur")] if days else []
    found += [words for name, words in MERKBAAR.items() if name in changed]
    return list(dict.fromkeys(found))


def _prijs_was(before, sessie):
    """Return the price of now with the one of before, in the words of who reads it."""

    def in_words():
        now = _in_euro(sessie.prijs)
        if sessie.prijs is not None and sessie.prijs_uitleg:
            now += f", {sessie.prijs_uitleg}"
        return str(PRIJS) % {"nu": now, "eerst": _in_euro(before)}

    return lazy(in_words, str)()


def _in_euro(prijs):
    """Return a price as the page of the course says it."""
    if prijs is None:
        return gettext("nog niet bekend")
    if not prijs:
        return gettext("gratis")
    return gettext("%(prijs)s euro per persoon") % {"prijs": floatformat(prijs, "2g")}


def _tell(sessie, what, gone=(), got_workshop: Collection[int] = (), *, staten=ACTIEF):
    """Mail everybody who has, wants or waits for a place what changed, once; return how many."""
    rows = Inschrijving.objects.filter(sessie=sessie, staat__in=staten, geanonimiseerd_op=None)
    if not what:
        rows = rows.filter(pk__in=got_workshop)
    told = 0
    for one in rows.select_related("aanvraag").order_by("pk"):
        # The link to take part online is only of who has a place.
        hers = [one_of for one_of in what if _concerns(one, one_of)]
        if not hers and one.pk not in got_workshop:
            continue
        one.sessie = sessie
        one.ical_seq += 1
        one.save(update_fields=["ical_seq"])
        own = [GEKREGEN] if one.pk in got_workshop else []
        berichten.gewijzigd(one, wat=[*hers, *own], weg=gone)
        told += 1
    return told


def _concerns(one, what):
    return one.staat in HOUDT_PLAATS or what != MERKBAAR["online_link"]


def create(
    *,
    velden: Mapping[str, object],
    dagen: Sequence[Dag],
    door: Door,
    workshops: Sequence[Keuze] = (),
    token: uuid.UUID | None = None,
    naar: Sessie | None = None,
) -> Sessie:
    """Make a session as a draft, with its days and workshops; `naar` is the one it was made after.

    The same `token` again is the same session. Raises ValidationError, and then nothing is made.
    """
    with transaction.atomic():
        made, is_new = Sessie.objects.get_or_create(
            formuliertoken=token or uuid.uuid4(), defaults=velden
        )
        if not is_new:
            return made
        noteer(made, "sessie gemaakt", door=door, uitleg=f"naar sessie {naar.pk}" if naar else "")
        return change(made.pk, velden={}, dagen=dagen, workshops=workshops, door=door).sessie


def remove(sessie: int) -> None:
    """Delete a draft that nobody ever enrolled in, with its days, workshops and log."""
    with met_sessie(sessie) as locked:
        somebody = locked.aanvragen.exists() or locked.inschrijvingen.exists()
        if locked.staat != SessieStaat.CONCEPT or somebody:
            raise NietMogelijk("Alleen een concept zonder inschrijvingen kan weg.")
        for rows in (locked.dagen, locked.workshops, locked.logregels, locked.mededelingen):
            rows.all().delete()
        locked.delete()


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
        if staat == SessieStaat.OPEN and locked.is_voorbij:
            raise NietMogelijk("Deze sessie is voorbij.")
        before, locked.staat = locked.staat, staat
        locked.save(update_fields=["staat"])
        if before != staat:
            noteer(locked, STAAT_VAN_SESSIE, door=door, van=before, naar=staat)
        vul(locked, door=door)
        return locked


def set_capacity(
    sessie: int, capaciteit: int, *, door: Door, gezien: int | None = None
) -> list[Inschrijving]:
    """Give a session more or fewer places; return who moved up. Nobody ever loses a place by it.

    More places go to the waiting list at once; below what is held, nobody moves up until there is
    room again. Raises Verouderd when the number is not the one that was `gezien`.
    """
    with met_sessie(sessie) as locked:
        if locked.staat == SessieStaat.GEANNULEERD or locked.is_voorbij:
            raise NietMogelijk("Deze sessie gaat niet door of is voorbij.")
        if gezien is not None and locked.capaciteit not in (gezien, capaciteit):
            raise Verouderd({"capaciteit"})
        before, locked.capaciteit = locked.capaciteit, capaciteit
        held = Inschrijving.objects.met_plaats().filter(sessie=locked).count()
        locked.bewust_bezet = held if held > capaciteit else None
        locked.full_clean(exclude=["vorming"])
        locked.save(update_fields=["capaciteit", "bewust_bezet"])
        if before != capaciteit:
            noteer(
                locked,
                AANTAL_PLAATSEN,
                door=door,
                van=str(before),
                naar=str(capaciteit),
            )
        return vul(locked, door=door)


def cancel(sessie: int, *, reden: str, door: Door) -> int:
    """Cancel a session: everybody in it hears it once; return how many. Nobody moves up.

    Twice is once: the second time nobody is told, and 0 is returned.
    """
    with met_sessie(sessie) as locked:
        if locked.staat == SessieStaat.GEANNULEERD:
            return 0
        if locked.is_voorbij:
            raise NietMogelijk("Deze sessie is voorbij.")
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
