"""What happens to a request, from the form to the day it is emptied.

Every function is one transaction: lock, check, change, log; the mails are queued in it.
"""

import datetime
import hashlib
import hmac
import logging
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.conf import settings
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page

from core import clock
from core.models import SiteInstellingen
from core.scrub import LEFT_OUT
from post import addresses
from post import services as post
from trajecten.models import Gemeente, VraagIndexPage, VraagPage
from trajecten.models.verzoek import OPEN, Soort, Staat, Verzoek
from trajecten.verzoeken import agenda, audit

logger = logging.getLogger(__name__)

# Without vowels, so that no reference spells a word; without what looks alike.
LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"
EMPTIED = {
    "naam": "",
    "organisatie": "",
    "rol": "",
    "e_mail": "",
    "e_mail_norm": "",
    "telefoon": "",
    "vraag": "",
    "momenten": "",
    "notities": "",
    "antwoorden": [],
}
CHUNK = 200


class VerkeerdeStaat(Exception):
    """The request is in a state from which this step cannot be taken. Nothing happened."""


@dataclass(frozen=True)
class Aanvraag:
    """What a visitor filled in, checked by the form."""

    soort: Soort
    naam: str
    e_mail: str
    vraag: str
    organisatie: str = ""
    gemeente: Gemeente | None = None
    rol: str = ""
    telefoon: str = ""
    momenten: str = ""
    taal: str = "nl"
    pagina: Page | None = None
    antwoorden: Sequence[tuple[str, str]] = ()

    def key(self, seal: uuid.UUID) -> uuid.UUID:
        """Return the key of this request: the same for the same content under the same seal."""
        content = [getattr(self, field.name) for field in fields(self)]
        return uuid.uuid5(seal, repr([getattr(value, "pk", value) for value in content]))


def reference_of(key: uuid.UUID) -> str:
    """Return the reference of a request, as people say it on the telephone: `KDM-4X7P`."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"verzoek" + key.bytes, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8])
    letters = []
    for _ in range(7):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def is_received(key: uuid.UUID) -> bool:
    """Say whether this request is there already."""
    return Verzoek.objects.filter(zegel=key).exists()


@transaction.atomic
def receive(
    *, aanvraag: Aanvraag, key: uuid.UUID, stappen: Sequence[str], details: SiteInstellingen
) -> Verzoek:
    """Store a request, and queue the mails to its sender and to the team.

    The same `key` again is the same request: nothing is added and nothing is mailed. `stappen` is
    what happens next, as the form promised it; `details` knows the address of the team. Raises
    addresses.InvalidAddress.
    """
    verzoek, is_new = Verzoek.objects.get_or_create(
        zegel=key,
        defaults={
            "kenmerk": reference_of(key),
            **{
                name: getattr(aanvraag, name)
                for name in (
                    "soort",
                    "naam",
                    "organisatie",
                    "gemeente",
                    "rol",
                    "telefoon",
                    "vraag",
                    "momenten",
                    "taal",
                    "pagina",
                )
            },
            "e_mail": addresses.check(aanvraag.e_mail),
            "e_mail_norm": addresses.normalise(aanvraag.e_mail),
            "antwoorden": [list(pair) for pair in aanvraag.antwoorden],
            "ontvangen_op": clock.now(),
            "opvolgen_op": working_days_later(clock.today(), details.verzoek_werkdagen),
        },
    )
    if is_new:
        audit.note(verzoek, audit.ONTVANGEN)
        _mail_sender(verzoek, stappen, details)
        _mail_team(verzoek, details)
    return verzoek


def _mail_sender(verzoek, stappen, details):
    post.queue(
        key=f"verzoek-bevestiging:{verzoek.zegel}",
        template="verzoek_bevestiging",
        to=verzoek.e_mail,
        name=verzoek.naam,
        language=verzoek.taal,
        reply_to=team_address(details),
        context={"verzoek": verzoek, "stappen": list(stappen)},
    )


def _mail_team(verzoek, details):
    address = team_address(details)
    if not address:
        # The request itself is safe, and the first page of the admin says what is missing.
        logger.warning("Verzoek %s: er is geen adres van het team ingevuld", verzoek.kenmerk)
        return
    post.queue(
        key=f"verzoek-team:{verzoek.zegel}",
        template="verzoek_team",
        to=address,
        reply_to=verzoek.e_mail,
        context={"verzoek": verzoek},
    )


def team_address(details: SiteInstellingen) -> str:
    """Return where requests are mailed to; empty when nobody filled in a usable address."""
    for address in (details.verzoeken_e_mail, details.helpdesk_e_mail):
        if address:
            try:
                return addresses.check(address)
            except addresses.InvalidAddress:
                logger.warning("Het adres van het team kan geen mail krijgen")
    return ""


def working_days_later(day: datetime.date, number: int) -> datetime.date:
    """Return the day that comes `number` days from Monday to Friday after `day`."""
    while number:
        day += datetime.timedelta(days=1)
        number -= day.weekday() < 5
    return day


# --- Steps ------------------------------------------------------------------------------


@transaction.atomic
def treat(*, verzoek: Verzoek, user, behandelaar, opvolgen_op, notities: str) -> Verzoek:
    """Set who is in charge, when the next step is due, and the notes of the team."""
    found = _lock(verzoek)
    wanted = {"behandelaar": behandelaar, "opvolgen_op": opvolgen_op, "notities": notities}
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, wanted[name])
    if changed:
        found.save(update_fields=changed)
        names = [str(Verzoek._meta.get_field(name).verbose_name) for name in changed]
        audit.note(found, audit.BEHANDELD, user, velden=names)
    return found


def explore(*, verzoek: Verzoek, user, opvolgen_op: datetime.date | None = None) -> Verzoek:
    """Say that somebody spoke with the sender and knows what it is about."""
    return _step(verzoek, user, [Staat.NIEUW], Staat.VERKEND, audit.VERKEND, opvolgen_op)


@transaction.atomic
def plan(
    *,
    verzoek: Verzoek,
    user,
    gesprek_op: datetime.datetime,
    opvolgen_op: datetime.date | None = None,
    mail: bool = False,
    hoe: str = "",
    duur: datetime.timedelta | None = None,
) -> Verzoek:
    """Say when the talk is; again for another moment.

    With `mail` the sender hears it, with the talk for her calendar; `hoe` tells her where or by
    what means. The same moment again mails nothing.
    """
    before = _lock(verzoek)
    same = before.staat == Staat.INGEPLAND and before.gesprek_op == gesprek_op
    earlier = audit.times(before, audit.INGEPLAND)
    # Without another date, the request is looked at the day of the talk.
    found = _step(
        verzoek,
        user,
        OPEN,
        Staat.INGEPLAND,
        audit.INGEPLAND,
        opvolgen_op or gesprek_op.date(),
        gesprek_op=gesprek_op,
    )
    if mail and not same:
        details = SiteInstellingen.objects.first()
        post.queue(
            key=f"verzoek-gesprek:{found.zegel}:{earlier}",
            template="verzoek_gesprek",
            to=found.e_mail,
            name=found.naam,
            language=found.taal,
            reply_to=team_address(details) if details else "",
            context={"verzoek": found, "hoe": hoe, "eerder": bool(earlier)},
            attachments=[agenda.talk_of(found, hoe=hoe, duur=duur, volgnummer=earlier)],
        )
    return found


def finish(*, verzoek: Verzoek, user) -> Verzoek:
    """Say that the question was answered or the talk took place."""
    return _step(verzoek, user, OPEN, Staat.AFGEROND, audit.AFGEROND, None)


def call_off(*, verzoek: Verzoek, user) -> Verzoek:
    """Say that nothing came of it."""
    return _step(verzoek, user, OPEN, Staat.NIET_DOORGEGAAN, audit.NIET_DOORGEGAAN, None)


def reopen(*, verzoek: Verzoek, user) -> Verzoek:
    """Take up again what was closed, unless it was emptied."""
    closed = [Staat.AFGEROND, Staat.NIET_DOORGEGAAN]
    return _step(verzoek, user, closed, Staat.VERKEND, audit.HEROPEND, clock.today())


@transaction.atomic
def _step(verzoek, user, allowed, state, action, opvolgen_op, **changes):
    found = _lock(verzoek)
    if found.staat not in allowed or found.geanonimiseerd_op:
        raise VerkeerdeStaat(found.get_staat_display())
    before, found.staat = found.staat, state
    # A day that the team chose is kept until it chooses another; a closed request has none.
    found.opvolgen_op = opvolgen_op or (found.opvolgen_op if state in OPEN else None)
    for name, value in changes.items():
        setattr(found, name, value)
    found.save(update_fields=["staat", "opvolgen_op", *changes])
    audit.note(found, action, user, van=before, naar=state)
    return found


def _lock(verzoek):
    return Verzoek.objects.select_for_update().get(pk=verzoek.pk)


# --- From a request to a question for everybody --------------------------------------------


@transaction.atomic
def make_question(*, verzoek: Verzoek, overview: VraagIndexPage, title: str, user) -> VraagPage:
    """Make a draft question page with only `title` in it: nothing else of the request goes."""
    page = VraagPage(
        title=title,
        locale=overview.locale,
        live=False,
        owner=user,
        eigenaar=overview.eigenaar,
    )
    overview.add_child(instance=page)
    # A draft: what it still lacks is asked when it is published.
    page.save_revision(user=user, clean=False)
    log(page, "wagtail.create", user=user)
    audit.note(verzoek, audit.VRAAG_GEMAAKT, user, pagina=page.pk)
    return page


# --- Forgetting ----------------------------------------------------------------------------


def anonymise_old(limit: int = CHUNK) -> int:
    """Empty what came in longer ago than VERZOEK_RETENTION_MONTHS; return how many.

    May run twice or at the same time.
    """
    before = clock.months_before(clock.now(), settings.VERZOEK_RETENTION_MONTHS)
    with transaction.atomic():
        rows = list(
            Verzoek.objects.filter(ontvangen_op__lt=before, geanonimiseerd_op=None)
            .order_by("pk")
            .select_for_update(skip_locked=True)[:limit]
        )
        for row in rows:
            _empty(row)
    return len(rows)


@transaction.atomic
def erase(address: str, *, user=None) -> int:
    """Forget a person by e-mail address: every request of theirs, and every mail about it.

    Where others wrote the address down, only the address goes. Returns how many requests were
    emptied or corrected.
    """
    wanted = addresses.normalise(address)
    own = list(Verzoek.objects.of_address(wanted).order_by("pk").select_for_update())
    for row in own:
        _empty(row, user)
    others = list(
        Verzoek.objects.that_mention(address.strip())
        .exclude(pk__in=[row.pk for row in own])
        .order_by("pk")
        .select_for_update()
    )
    pattern = re.compile(re.escape(address.strip()), re.IGNORECASE)
    for row in others:
        for name in ("vraag", "momenten", "notities", "organisatie", "rol"):
            setattr(row, name, pattern.sub(LEFT_OUT, getattr(row, name)))
        row.save()
        audit.note(row, audit.GEANONIMISEERD, user)
    post.erase_about(str(row.zegel) for row in own)
    post.erase(address)
    return len(own) + len(others)


def _empty(verzoek, user=None):
    for name, value in EMPTIED.items():
        setattr(verzoek, name, value)
    verzoek.geanonimiseerd_op = clock.now()
    if verzoek.is_open:
        verzoek.staat = Staat.NIET_DOORGEGAAN
        verzoek.opvolgen_op = None
    verzoek.save()
    audit.note(verzoek, audit.GEANONIMISEERD, user)
