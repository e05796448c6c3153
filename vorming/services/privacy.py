"""Forgetting people: by the calendar, and because somebody asks."""

import datetime
import re

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core import clock
from post import addresses
from post import services as post
from post.models import Levering
from vorming.models import (
    FACTUUR,
    Aanvraag,
    Aanwezigheid,
    Attest,
    BijzondereNood,
    Evaluatiesleutel,
    Inschrijving,
    Logregel,
    Sessie,
    VormingInstellingen,
)
from vorming.services import deelnemer
from vorming.services.basis import KLOK, Door, noteer
from vorming.staten import ACTIEF, Staat

LEEG_INSCHRIJVING = {
    "voornaam": "",
    "naam": "",
    "e_mail": "",
    "e_mail_norm": "",
    "functie": "",
    "antwoorden": [],
    "doorgegeven_met": None,
}
LEEG_CONTACT = {
    "voornaam": "",
    "naam": "",
    "e_mail": "",
    "e_mail_norm": "",
    "contact_norm": "",
    "telefoon": "",
}
LEEG_AANVRAAG = LEEG_CONTACT | dict.fromkeys(FACTUUR, "")


def retain(*, dry_run: bool = False, op: datetime.datetime | None = None) -> dict[str, int]:
    """Do what the periods of the settings ask; return per kind how many rows. May be repeated.

    `op` is the moment from which the periods count back, by default now; `dry_run` only counts.

    Organisation and municipality stay with the request: they count in the figures of a year and are
    no persons.
    """
    now = clock.now()
    moment = op or now
    periods = VormingInstellingen.load()

    def before(days):
        return moment - datetime.timedelta(days=days)

    needs = BijzondereNood.objects.filter(
        inschrijving__sessie__eindigt_op__lt=before(periods.bewaar_noden)
    )
    over = before(periods.bewaar_links)
    links = Sessie.objects.filter(eindigt_op__lt=over).exclude(online_link="")
    # Who was moved to a later session can still be called about it.
    later = Inschrijving.objects.filter(aanvraag=OuterRef("pk"), sessie__eindigt_op__gte=over)
    phones = Aanvraag.objects.filter(~Exists(later), sessie__eindigt_op__lt=over).exclude(
        telefoon=""
    )
    people = Inschrijving.objects.filter(geanonimiseerd_op=None).filter(
        Q(staat=Staat.BEVESTIGD, sessie__eindigt_op__lt=before(periods.bewaar_deelnemers))
        | ~Q(staat=Staat.BEVESTIGD) & Q(sessie__eindigt_op__lt=before(periods.bewaar_wachtenden))
    )
    # Everybody in the form was in already: a contact with nobody behind it.
    somebody_left = Inschrijving.objects.filter(aanvraag=OuterRef("pk"), geanonimiseerd_op=None)
    contacts = Aanvraag.objects.filter(
        ~Exists(somebody_left),
        geanonimiseerd_op=None,
        sessie__eindigt_op__lt=before(periods.bewaar_wachtenden),
    )
    keys = Evaluatiesleutel.objects.filter(sessie__eindigt_op__lt=over)
    register = Attest.objects.filter(
        inschrijving__sessie__eindigt_op__lt=before(periods.bewaar_attesten)
    )
    done = {
        "bijzondere noden": needs.count(),
        "online links": links.count(),
        "telefoonnummers": phones.count(),
        "sleutels van evaluaties": keys.count(),
        "personen": people.count(),
        "contactpersonen": contacts.count(),
        "attesten": register.count(),
    }
    if dry_run or not any(done.values()):
        return done
    with transaction.atomic():
        needs.delete()
        links.update(online_link="")
        phones.update(telefoon="")
        keys.delete()
        _delete(register)
        for pk in people.order_by("pk").values_list("pk", flat=True):
            empty(pk, door=KLOK)
        contacts.update(**LEEG_AANVRAAG, geanonimiseerd_op=now)
    return done


def _delete(attesten):
    """Remove certificates, with the chain of which replaced which."""
    attesten.update(vervangt=None)
    attesten.delete()


def empty(inschrijving: int, *, door: Door) -> None:
    """Remove what says who somebody was; state, place and session stay for the figures."""
    one = Inschrijving.objects.select_related("sessie").get(pk=inschrijving)
    if one.geanonimiseerd_op is not None:
        return
    now = clock.now()
    BijzondereNood.objects.filter(inschrijving=one).delete()
    Aanwezigheid.objects.filter(inschrijving=one).update(door=None)
    # They were made under the address of then, which may have been corrected since.
    Attest.objects.filter(inschrijving=one).update(adres_hash=addresses.fingerprint(one.e_mail))
    Inschrijving.objects.filter(pk=one.pk).update(
        **LEEG_INSCHRIJVING,
        sleutel=f"gewist-{one.pk}",
        geanonimiseerd_op=now,
        link_versie=one.link_versie + 1,
    )
    somebody_left = Inschrijving.objects.filter(aanvraag=OuterRef("pk"), geanonimiseerd_op=None)
    Aanvraag.objects.filter(~Exists(somebody_left), pk=one.aanvraag_id).update(
        **LEEG_AANVRAAG, geanonimiseerd_op=now
    )
    noteer(one.sessie, "geanonimiseerd", door=door, inschrijving=one)


def find(adres: str) -> dict[str, list]:
    """Return everything we hold about an address, for who asks what we have of her."""
    norm = addresses.normalise(adres)
    rows = Inschrijving.objects.van_adres(norm).select_related("sessie__vorming", "aanvraag")
    return {
        "inschrijvingen": list(rows.filter(e_mail_norm=norm).order_by("pk")),
        "aanvragen": list(
            Aanvraag.objects.filter(e_mail_norm=norm).select_related("sessie__vorming")
        ),
        "noden": list(BijzondereNood.objects.filter(inschrijving__e_mail_norm=norm)),
        "aanwezigheden": list(
            Aanwezigheid.objects.filter(inschrijving__e_mail_norm=norm).select_related("dag")
        ),
        # Also those whose enrolment was emptied: the register is kept longer.
        "attesten": list(_attesten_van(norm).select_related("inschrijving__sessie__vorming")),
        "mails": list(
            Levering.objects.filter(adres_norm=norm).select_related("bericht").order_by("-pk")
        ),
    }


def _attesten_van(norm):
    """Return the certificates of an address, also after the enrolment forgot it.

    An address that was corrected to another is not hers, and finds nothing.
    """
    return Attest.objects.filter(
        Q(inschrijving__e_mail_norm=norm)
        | Q(
            inschrijving__geanonimiseerd_op__isnull=False,
            adres_hash=addresses.fingerprint(norm),
        )
    )


def erase(adres: str, *, door: Door) -> int:
    """Forget an address everywhere in the training offer and the mail room; return how many rows.

    Who still has a place or waits is cancelled first, so that the next in line moves up. The
    invoice is of the organisation: it stays as long as others of the request count for it, and goes
    with the last of them.
    """
    norm = addresses.normalise(adres)
    rows = list(
        Inschrijving.objects.filter(e_mail_norm=norm).select_related("aanvraag").order_by("pk")
    )
    coming: dict[int, list[int]] = {}
    for one in rows:
        if one.staat in ACTIEF and not one.sessie.is_voorbij:
            coming.setdefault(one.sessie_id, []).append(one.pk)
    for sessie in sorted(coming):
        # People who share the address may be in one session: none of them moves up in between.
        # Who cancelled, swapped or lapsed since the rows were read is passed over.
        deelnemer.cancel_together(coming[sessie], door=door, uitleg="op vraag gewist")
    with transaction.atomic():
        contacts = Aanvraag.objects.filter(e_mail_norm=norm)
        _erase_mails_to_others(rows, contacts)
        register = _attesten_van(norm)
        certificates = register.count()
        _delete(register)
        for one in rows:
            empty(one.pk, door=door)
        number = contacts.count()
        for contact in contacts.filter(Exists(_on_the_invoice())):
            _forget_contact(contact, norm)
        contacts.update(**LEEG_AANVRAAG, geanonimiseerd_op=clock.now())
        post.erase(adres)
    return len(rows) + number + certificates


def _on_the_invoice():
    """Return who of a request is not forgotten and has a place, had one, or may still get one."""
    return Inschrijving.objects.filter(
        Q(staat=Staat.BEVESTIGD) | Q(staat__in=ACTIEF, sessie__eindigt_op__gt=clock.now()),
        aanvraag=OuterRef("pk"),
        geanonimiseerd_op=None,
    )


def _forget_contact(aanvraag, norm):
    """Empty who asked, and leave where the invoice of her organisation goes, without her address.

    The request itself is not anonymised yet: that happens with the last of its people.
    """
    address = re.compile(rf"(?<![\w.+-]){re.escape(norm)}(?!\w|-|\.\w)", re.IGNORECASE)
    invoice = {name: address.sub("", getattr(aanvraag, name)).strip() for name in FACTUUR}
    Aanvraag.objects.filter(pk=aanvraag.pk).update(**LEEG_CONTACT, **invoice)


# Mails about one person in which another is named.
NOEMT_ANDEREN = ("vorming/vervangen", "vorming/overgenomen")


def _erase_mails_to_others(rows, contacts):
    """Empty what was mailed to others about these people, or to addresses they had before.

    The team that was asked to phone who waits, got the number of the contact of her request.
    """
    called = Inschrijving.objects.filter(aanvraag__in=contacts).values_list("sessie", "uid")
    calls = [f"vorming:bel:{sessie}:{uid}" for sessie, uid in called]
    keys = [str(one.uid) for one in rows]
    keys += [f"vorming:aanvraag:{one.aanvraag.formuliertoken}" for one in rows]
    # Somebody may have typed her name while she was in already, spelled in any way.
    doubles = Aanvraag.objects.filter(
        sessie__in={one.sessie_id for one in rows}, aantal_dubbel__gt=0
    )
    tokens = doubles.values_list("formuliertoken", flat=True)
    keys += [f"vorming:aanvraag:{token}" for token in tokens]
    before = Inschrijving.objects.filter(opvolger__in=rows).values_list("uid", flat=True)
    keys += [f"vorming:vervangen:{uid}" for uid in before]
    after = Inschrijving.objects.filter(vervangt__in=rows).values_list("uid", flat=True)
    keys += [f"vorming:overgenomen:{uid}" for uid in after]
    keys += calls
    post.erase_about(keys, words=[one.volledige_naam for one in rows], kinds=NOEMT_ANDEREN)


def log_of(inschrijving: Inschrijving):
    """Return what happened with an enrolment."""
    return Logregel.objects.filter(inschrijving=inschrijving).select_related("gebruiker")
