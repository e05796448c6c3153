"""The workshops of a session: stored, taken away, and their places given on. Under the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from vorming.models import Inschrijving, Sessie, Workshop, Workshopkeuze
from vorming.services import berichten
from vorming.services.basis import Door, NietMogelijk, geef_workshops, noteer
from vorming.staten import ACTIEF, HOUDT_PLAATS, SessieStaat

GEKREGEN = _("je hebt een plaats in een workshop die je koos")


@dataclass(frozen=True)
class Keuze:
    """A workshop as an editor filled it in, in its order; `pk` is None for a new one."""

    ronde: str
    naam: str
    capaciteit: int
    uitleg: str = ""
    pk: int | None = None


def workshops_gezien(sessie: Sessie) -> list[Keuze]:
    """Return the workshops as they are, to be compared with what an editor saw."""
    return [
        Keuze(
            ronde=one.ronde, naam=one.naam, capaciteit=one.capaciteit, uitleg=one.uitleg, pk=one.pk
        )
        for one in sessie.workshops.order_by("pk")
    ]


def change_workshops(
    sessie: Sessie, wanted: Sequence[Keuze], *, door: Door
) -> tuple[bool, set[int]]:
    """Store the workshops; return whether any changed, and who got a place by it, by enrolment.

    Raises NietMogelijk for what people chose already: it is not taken away from them. Whose
    enrolment ended chooses nothing any more.
    """
    before = {
        one.pk: one
        for one in sessie.workshops.annotate(
            gekozen=Count("keuzes", filter=Q(keuzes__inschrijving__staat__in=ACTIEF)),
            bezet=Count("keuzes", filter=Q(keuzes__plaats__isnull=False)),
        )
    }
    changed = False
    kept = {choice.pk for choice in wanted}
    for workshop in [one for pk, one in before.items() if pk not in kept]:
        if workshop.gekozen:
            raise NietMogelijk(
                f"Mensen kozen “{workshop.naam}” al. Je kunt die workshop niet meer weglaten."
            )
        del before[workshop.pk]
        _remove(sessie, workshop, door)
        changed = True
    # Names stand once in a round: who swaps two of them passes through a third.
    for choice in wanted:
        known = before.get(choice.pk)
        if known and (known.ronde, known.naam) != (choice.ronde, choice.naam):
            Workshop.objects.filter(pk=known.pk).update(naam=f"~{known.pk}")
    for order, choice in enumerate(wanted):
        workshop = before.pop(choice.pk, None) if choice.pk else None
        if workshop is None:
            workshop = Workshop(sessie=sessie)
        else:
            _refuse_taking_away(workshop, choice)
        values = {
            "ronde": choice.ronde,
            "naam": choice.naam,
            "uitleg": choice.uitleg,
            "capaciteit": choice.capaciteit,
            "volgorde": order,
        }
        if workshop.pk and all(getattr(workshop, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(workshop, name, value)
        workshop.save()
        changed = True
    return changed, _give_places(sessie) if changed else set()


def _remove(sessie, workshop, door):
    """Take a workshop away, with what people chose whose enrolment ended; the log remembers it."""
    choices = workshop.keuzes.select_related("inschrijving").order_by("pk")
    people = [one.inschrijving for one in choices]
    for person in people:
        noteer(sessie, "workshop weggelaten", door=door, inschrijving=person, velden=["workshops"])
    number = len(people)
    had = f", {number} keer gekozen door wie niet meer komt" if number else ""
    noteer(sessie, "workshop weggelaten", door=door, uitleg=f"“{workshop.naam}”{had}")
    choices.delete()
    workshop.delete()


def _refuse_taking_away(workshop, choice):
    if choice.capaciteit < workshop.bezet:
        raise NietMogelijk(
            f"{workshop.bezet} mensen hebben een plaats in “{workshop.naam}”. "
            "Minder plaatsen dan dat kan niet."
        )
    if workshop.gekozen and choice.ronde != workshop.ronde:
        raise NietMogelijk(
            f"Mensen kozen “{workshop.naam}” al in de ronde “{workshop.ronde}”. "
            "Die ronde kan niet meer veranderen."
        )


def deel_uit(sessie: Sessie, *, stil: Iterable[Inschrijving] = ()) -> None:
    """Give workshop places that are free to who holds a place and wished them. Under the lock.

    May be repeated. Who gets one hears it at once, but for `stil`: a mail of their own says it.
    """
    if sessie.staat not in (SessieStaat.OPEN, SessieStaat.GESLOTEN) or sessie.is_voorbij:
        return
    got = _give_places(sessie) - {one.pk for one in stil}
    rows = Inschrijving.objects.filter(pk__in=got).select_related("aanvraag").order_by("pk")
    for one in rows if got else ():
        one.sessie = sessie
        one.ical_seq += 1
        one.save(update_fields=["ical_seq"])
        berichten.gewijzigd(one, wat=[GEKREGEN])


def _give_places(sessie):
    """Give the workshops with room to who wished them; return who got one."""
    wishes = Workshopkeuze.objects.filter(
        inschrijving__sessie=sessie, inschrijving__staat__in=HOUDT_PLAATS, plaats=None
    )
    before = dict(wishes.values_list("pk", "inschrijving_id"))
    if not before:
        return set()
    geef_workshops(list(Inschrijving.objects.met_plaats().filter(pk__in=set(before.values()))))
    still = set(wishes.values_list("pk", flat=True))
    return {person for pk, person in before.items() if pk not in still}
