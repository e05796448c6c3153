"""What every change has in common: who did it, the transition, the line in the log, the places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

from core import clock
from vorming.models import Aanvraag, Inschrijving, Logregel, Sessie, Workshopkeuze
from vorming.staten import HOUDT_PLAATS, TOEGELATEN, Staat

# Words of the log that are read again: what happened says what may happen now.
STAAT_VAN_SESSIE = "staat van de sessie"
AANTAL_PLAATSEN = "aantal plaatsen"
SAMENGEVOEGD = "samengevoegd"
# A day that was over got a date still to come.
VOORBIJ_VERZET = "voorbije dag verzet"
# As an explanation: the days still to come were taken out, and the session ended at that moment.
GEEN_DAG_MEER = "er komt geen dag meer"


class NietMogelijk(Exception):
    """What was asked cannot be done (any more). The text says why, in Dutch."""


class OngeldigeOvergang(NietMogelijk):
    """The enrolment is in a state that does not lead there."""


class LinkIngetrokken(NietMogelijk):
    """The link with which somebody asks this was revoked between reading it and acting on it."""

    def __init__(self):
        super().__init__(_("Deze link werkt niet meer"))


@dataclass(frozen=True)
class Door:
    """Who causes a change: a participant, an editor, or the clock."""

    rol: str
    gebruiker: AbstractBaseUser | None = None

    @property
    def is_redactie(self) -> bool:
        return self.rol == "redactie"


@dataclass
class Samen:
    """What became of one act about several people: to whom it was done, and why not to others."""

    gedaan: list[int] = field(default_factory=list)
    geweigerd: dict[int, str] = field(default_factory=dict)


DEELNEMER = Door("deelnemer")
KLOK = Door("klok")


def redactie(gebruiker) -> Door:
    """Return an editor as the cause of a change."""
    return Door("redactie", gebruiker)


def lees(pk: int, sessie: Sessie, *, link: int | None = None) -> Inschrijving:
    """Read an enrolment afresh under the lock of its session.

    `link` is the version of the link with which a participant asks; None asks without one. Raises
    LinkIngetrokken when that version holds no more: a colleague took over, or somebody corrected
    the address, after the link was read and before the lock was had.
    """
    found = Inschrijving.objects.select_related("aanvraag").get(pk=pk, sessie=sessie)
    if link is not None and found.link_versie != link:
        raise LinkIngetrokken
    # The locked session: everybody in this block changes one and the same.
    found.sessie = sessie
    return found


def overgang(
    inschrijving: Inschrijving,
    naar: Staat,
    *,
    door: Door,
    uitleg: str = "",
    plaats: int | None = None,
    **velden,
) -> None:
    """Move an enrolment to another state, under the lock of its session, and write it down.

    Raises OngeldigeOvergang for a step that is not in the table, and NietMogelijk for a place to
    somebody who was forgotten: she can no longer be told, and another would stay away for nobody.
    """
    van = Staat(inschrijving.staat)
    if naar not in TOEGELATEN[van]:
        raise OngeldigeOvergang(
            _("Deze inschrijving is %(staat)s. Dit kan niet meer.") % {"staat": van.label}
        )
    if naar in HOUDT_PLAATS and inschrijving.geanonimiseerd_op:
        raise NietMogelijk("De gegevens van deze persoon zijn gewist. Ze krijgt geen plaats meer.")
    now = clock.now()
    inschrijving.staat = naar
    inschrijving.staat_sinds = now
    if naar not in HOUDT_PLAATS:
        inschrijving.plaats = None
    elif plaats is not None:
        inschrijving.plaats = plaats
    inschrijving.aanbod_tot = velden.pop("aanbod_tot", None)
    if naar == Staat.BEVESTIGD:
        inschrijving.bevestigd_op = now
    for name, value in velden.items():
        setattr(inschrijving, name, value)
    inschrijving.save()
    if naar not in HOUDT_PLAATS:
        Workshopkeuze.objects.filter(inschrijving=inschrijving).update(plaats=None)
    noteer(
        inschrijving.sessie,
        "staat",
        door=door,
        inschrijving=inschrijving,
        van=van,
        naar=naar,
        uitleg=uitleg,
    )


def noteer(
    sessie: Sessie,
    actie: str,
    *,
    door: Door,
    inschrijving: Inschrijving | None = None,
    van: str = "",
    naar: str = "",
    velden: Iterable[str] = (),
    uitleg: str = "",
) -> None:
    """Write a line in the log. Never what stood in a field of a person."""
    Logregel.objects.create(
        sessie=sessie,
        inschrijving=inschrijving,
        actie=actie,
        van=van,
        naar=naar,
        velden=sorted(velden),
        uitleg=uitleg[:300],
        rol=door.rol,
        gebruiker=door.gebruiker,
    )


def vergrendel(aanvragen: Iterable[int]) -> None:
    """Lock requests until the end of the transaction, in one order for all. After the session.

    A request may have people in two sessions, and each of these has a lock of its own.
    """
    rows = Aanvraag.objects.select_for_update().filter(pk__in=set(aanvragen)).order_by("pk")
    # Reading them is what locks.
    list(rows.values_list("pk", flat=True))


def volgende_regel(aanvraag: int) -> int:
    """Hand out the next line of a request, and keep the request locked until it is stored."""
    vergrendel([aanvraag])
    return Inschrijving.objects.hoogste_regel(aanvraag) + 1


def vrije_plaatsen(sessie: Sessie) -> list[int]:
    """Return the numbers of the free places, lowest first. Under the lock."""
    held = set(
        Inschrijving.objects.met_plaats().filter(sessie=sessie).values_list("plaats", flat=True)
    )
    if len(held) >= sessie.capaciteit:
        # More may be held than there are places, after somebody lowered their number.
        return []
    free = [number for number in range(1, sessie.capaciteit + 1) if number not in held]
    return free[: sessie.capaciteit - len(held)]


def geef_workshops(inschrijvingen: Sequence[Inschrijving]) -> None:
    """Give who holds a place the workshops she wished, as far as there is room. Under the lock.

    Whoever wished first goes first.
    """
    wishes = (
        Workshopkeuze.objects.filter(
            inschrijving__in=[one.pk for one in inschrijvingen if one.staat in HOUDT_PLAATS],
            plaats=None,
        )
        .select_related("workshop")
        .order_by("pk")
    )
    held: dict[int, set[int]] = {}
    for wish in wishes:
        if wish.workshop_id not in held:
            rows = Workshopkeuze.objects.filter(workshop=wish.workshop_id, plaats__isnull=False)
            held[wish.workshop_id] = set(rows.values_list("plaats", flat=True))
        taken = held[wish.workshop_id]
        if len(taken) < wish.workshop.capaciteit:
            numbers = range(1, wish.workshop.capaciteit + 1)
            wish.plaats = next(number for number in numbers if number not in taken)
            wish.save(update_fields=["plaats"])
            taken.add(wish.plaats)
