"""Forgetting people, by the calendar and on request; and the audit that watches."""

import datetime
import json
import uuid

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from core import periodic
from post import services as post_services
from post.models import Bericht, Levering
from tests.factories import SessieFactory
from tests.vorming.bestanden import columns_of, someone
from tests.vorming.conftest import enrol, gegevens, mails, one, persoon, states
from vorming.models import (
    Aanvraag,
    BijzondereNood,
    Inschrijving,
    Logregel,
    Sessie,
    VormingInstellingen,
)
from vorming.services import deelnemer, inschrijven, nacht, privacy
from vorming.services.audit import audit

pytestmark = pytest.mark.django_db
PERSONAL = ["sara1", "Sara1", "Diensthoofd", "0470", "zonder noten", "BE0123", "Kerkstraat"]


def with_everything(**fields):
    """Return a session in which somebody left every kind of data."""
    sessie = SessieFactory(
        capaciteit=1, online_link="https://meet.example.org/abc", vorm="online", **fields
    )
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(
            1,
            naam="Diensthoofd",
            telefoon="0470 00 00 00",
            factuur={"factuur_adres": "Kerkstraat 1", "ondernemingsnummer": "BE0123"},
        ),
        personen=[persoon(1, voeding="zonder noten", functie="regisseur")],
        wachtlijst=True,
    )
    enrol(sessie, 2)
    return sessie


def everything_stored() -> str:
    """Return every row of the courses and of the mail room, as text."""
    texts = []
    for label in ("vorming", "post"):
        for model in apps.get_app_config(label).get_models():
            if hasattr(model, "page_ptr_id"):
                continue
            for row in model.objects.values():
                texts.append(json.dumps(row, default=lambda value: repr(value)))
    return "\n".join(texts)


def after(klok, sessie, days):
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=days, hours=1))


def test_data_go_when_their_time_is_up_and_totals_stay(db, klok):
    sessie = with_everything()
    after(klok, sessie, 13)
    assert not any(privacy.retain().values())
    after(klok, sessie, 14)
    assert privacy.retain()["bijzondere noden"] == 1
    assert BijzondereNood.objects.count() == 0
    after(klok, sessie, 30)
    privacy.retain()
    assert Sessie.objects.get(pk=sessie.pk).online_link == ""
    assert Aanvraag.objects.exclude(telefoon="").count() == 0
    after(klok, sessie, 91)
    privacy.retain()
    assert one_by_place(sessie, None).geanonimiseerd_op
    assert one(sessie, 1).naam == "Voorbeeld"
    after(klok, sessie, 730)
    assert privacy.retain()["personen"] == 1
    assert not any(privacy.retain().values())
    # The mail room forgets what has left.
    Levering.objects.update(staat="verzonden", verzonden_op=sessie.eindigt_op)
    while post_services.retain():
        pass
    stored = everything_stored()
    for word in PERSONAL:
        assert word not in stored, word
    assert sorted(Inschrijving.objects.values_list("staat", flat=True)) == [
        "bevestigd",
        "wachtlijst",
    ]
    assert Aanvraag.objects.filter(organisatie="Voorbeeldgemeente").count() == 2
    assert audit() == []


def one_by_place(sessie, place):
    return Inschrijving.objects.get(sessie=sessie, plaats=place)


def test_a_dry_run_counts_and_keeps(db, klok):
    sessie = with_everything()
    after(klok, sessie, 800)
    assert privacy.retain(dry_run=True)["personen"] == 2
    assert one(sessie, 1).e_mail


def test_an_editor_sets_the_periods(db, klok):
    sessie = with_everything()
    details = VormingInstellingen.load()
    details.bewaar_deelnemers = 100
    details.save()
    after(klok, sessie, 100)
    privacy.retain()
    assert one_by_place(sessie, 1).naam == ""


def test_what_do_you_have_on_me_finds_everything(db, klok):
    with_everything()
    found = privacy.find("SARA1@example.org")
    assert [len(found[name]) for name in ("inschrijvingen", "aanvragen", "noden")] == [1, 1, 1]
    assert len(found["mails"]) == len(mails()) - mails().count("sara2@example.org")
    assert not any(privacy.find("nooit@example.org").values())


def test_erase_forgets_everywhere_and_gives_the_place_on(db, klok, redacteur_door, klopt):
    sessie = with_everything()
    privacy.erase("Sara1@Example.org", door=redacteur_door)
    assert states_by_pk(sessie) == ["geannuleerd", "bevestigd"]
    assert mails("doorgeschoven") == ["sara2@example.org"]
    stored = everything_stored()
    for word in PERSONAL:
        assert word not in stored, word
    assert not any(privacy.find("sara1@example.org").values())
    assert Logregel.objects.filter(actie="geanonimiseerd").count() == 1
    klopt()
    # She may come again.
    enrol(sessie, 1)
    assert one(sessie, 1).staat == "wachtlijst"


def invoices(client):
    choice = {"wat": "facturen", "formaat": "csv"}
    answer = client.post(reverse("vorming_uitvoer"), choice)
    return columns_of(answer) if answer.get("Content-Disposition") else []


def test_who_enrolled_others_is_forgotten_and_the_invoice_of_her_organisation_stays(
    db, klok, redacteur_door, settings
):
    settings.SESSION_COOKIE_AGE = 10**8
    client = someone("vorming.exporteer_inschrijvingen")
    sessie = SessieFactory(prijs=45)
    invoice = {
        "factuur_naam": "Stad Voorbeeld",
        "factuur_adres": "Markt 1, Sara9@example.org",
        "ondernemingsnummer": "BE0123",
        "bestelbon": "B-7",
    }
    contact = gegevens(9, naam="Diensthoofd", telefoon="0470 00 00 00", factuur=invoice)
    enrol(sessie, 1, 2, gegevens=contact)
    assert privacy.erase("Sara9@example.org", door=redacteur_door) == 1
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd"}
    (line,) = invoices(client)
    assert (line["Naam op de factuur"], line["Adres op de factuur"]) == (
        "Stad Voorbeeld",
        "Markt 1,",
    )
    assert (line["Ondernemingsnummer"], line["Nummer van de bestelbon"]) == ("BE0123", "B-7")
    assert float(line["Totaal"].replace(",", ".")) == 90
    stored = everything_stored()
    for word in ("sara9", "Sara9", "Diensthoofd", "0470"):
        assert word not in stored, word
    assert not any(privacy.find("sara9@example.org").values())
    # One of them goes: the other still counts, and what the organisation owes is the same.
    after(klok, sessie, 1)
    privacy.erase("sara1@example.org", door=redacteur_door)
    assert float(invoices(client)[0]["Totaal"].replace(",", ".")) == 90
    privacy.erase("sara2@example.org", door=redacteur_door)
    assert invoices(client) == []
    for word in ("Stad Voorbeeld", "Markt 1", "BE0123", "B-7"):
        assert word not in everything_stored(), word


@pytest.mark.parametrize(
    ("before", "days"), [("has a place", 730), ("cancelled", 91)], ids=["has a place", "cancelled"]
)
def test_the_invoice_that_stayed_goes_when_the_time_of_the_others_is_up(
    db, klok, redacteur_door, before, days
):
    sessie = SessieFactory(prijs=45)
    enrol(sessie, 1, gegevens=gegevens(9, factuur={"factuur_naam": "Stad Voorbeeld"}))
    privacy.erase("sara9@example.org", door=redacteur_door)
    if before == "cancelled":
        deelnemer.cancel(one(sessie, 1).pk)
    after(klok, sessie, days - 1)
    privacy.retain()
    assert Aanvraag.objects.get().factuur_naam == "Stad Voorbeeld"
    after(klok, sessie, days)
    privacy.retain()
    aanvraag = Aanvraag.objects.get()
    assert (aanvraag.factuur_naam, aanvraag.geanonimiseerd_op is None) == ("", False)
    assert audit() == []


def test_who_waited_for_nothing_keeps_no_invoice_after_the_day(db, klok, redacteur_door):
    sessie = SessieFactory(prijs=45, capaciteit=1)
    enrol(sessie, 2)
    enrol(sessie, 1, gegevens=gegevens(9, factuur={"factuur_naam": "Stad Voorbeeld"}))
    after(klok, sessie, 1)
    privacy.erase("sara9@example.org", door=redacteur_door)
    assert "Stad Voorbeeld" not in everything_stored()


def test_people_of_one_mailbox_who_are_erased_give_each_other_no_place(
    db, klok, redacteur_door, klopt
):
    sessie = SessieFactory(capaciteit=1)
    together = {"e_mail": "info@example.org"}
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(1, **together),
        personen=[persoon(1, **together), persoon(2, **together)],
        wachtlijst=True,
    )
    enrol(sessie, 3)
    privacy.erase("info@example.org", door=redacteur_door)
    assert states_by_pk(sessie) == ["geannuleerd", "geannuleerd", "bevestigd"]
    assert mails("doorgeschoven") == ["sara3@example.org"]
    klopt()


def states_by_pk(sessie):
    return list(
        Inschrijving.objects.filter(sessie=sessie).order_by("pk").values_list("staat", flat=True)
    )


def test_a_link_to_who_was_erased_stops(db, klok, redacteur_door):
    from vorming import links

    sessie = with_everything()
    token = links.token_of(one(sessie, 1))
    privacy.erase("sara1@example.org", door=redacteur_door)
    with pytest.raises(links.LinkOngeldig):
        links.read(token)


# --- The audit ------------------------------------------------------------------------


def disturb(sessie, number, **changes):
    with connection.constraint_checks_disabled():
        Inschrijving.objects.filter(pk=one(sessie, number).pk).update(**changes)


def oversell(sessie):
    disturb(sessie, 3, staat="bevestigd", plaats=99)


def leave_empty(sessie):
    disturb(sessie, 1, staat="geannuleerd", plaats=None)


def jump_the_queue(sessie):
    deelnemer.cancel(one(sessie, 1).pk)
    deelnemer.cancel(one(sessie, 2).pk)
    disturb(sessie, 3, volgnummer=77)


def lose_a_mail(sessie):
    gone = Bericht.objects.filter(sleutel__startswith="vorming:bevestigd").first()
    Levering.objects.filter(bericht=gone).delete()
    gone.delete()


def confirm_twice(sessie):
    found = one(sessie, 1)
    message = Bericht.objects.get(sleutel=f"vorming:bevestigd:{found.uid}")
    message.pk = None
    message.sleutel = f"vorming:doorgeschoven:{found.uid}"
    message.save()


def keep_the_cancelled(sessie):
    Sessie.objects.filter(pk=sessie.pk).update(staat="geannuleerd")


def counter_behind(sessie):
    Sessie.objects.filter(pk=sessie.pk).update(volgnummer_teller=0)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (oversell, "3 plaatsen bezet van 2"),
        (leave_empty, "1 plaatsen vrij terwijl 2 mensen wachten"),
        (jump_the_queue, "niet in volgorde doorgeschoven"),
        (lose_a_mail, "0 bevestigingen in plaats van 1"),
        (confirm_twice, "2 bevestigingen in plaats van 1"),
        (keep_the_cancelled, "geannuleerd, maar er zijn nog inschrijvingen"),
        (counter_behind, "teller van de wachtlijst loopt achter"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_audit_sees(sessie, fault, words):
    for number in range(1, 5):
        enrol(sessie, number)
    call_command("audit_enrolments")
    fault(sessie)
    with pytest.raises(CommandError, match=words):
        call_command("audit_enrolments")


def test_what_happens_while_the_audit_reads_is_no_fault(sessie):
    """Between the count of places and the list of people, two enrol: one waits."""
    enrol(sessie, 1)
    pending = [2, 3]

    def meanwhile(execute, sql, params, many, context):
        if pending and 'ORDER BY "vorming_inschrijving"."volgnummer"' in sql:
            numbers, pending[:] = list(pending), []
            for number in numbers:
                enrol(sessie, number)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert audit() == []
    assert pending == []
    assert states(sessie)[3] == "wachtlijst"


def test_a_fault_that_stays_is_told_though_it_is_read_twice(sessie):
    for number in (1, 2, 3):
        enrol(sessie, number)
    leave_empty(sessie)
    assert audit() == [f"sessie {sessie.pk}: 1 plaatsen vrij terwijl 1 mensen wachten"]


def test_what_may_be_forgotten_since_this_night_is_no_fault_by_day(db, klok):
    """The night forgets; whoever audits by hand in the afternoon sees only what it missed."""
    sessie = with_everything()
    after(klok, sessie, 14)
    assert privacy.retain(dry_run=True)["bijzondere noden"] == 1
    call_command("audit_enrolments")
    after(klok, sessie, 16)
    with pytest.raises(CommandError, match="1 bijzondere noden langer bewaard"):
        call_command("audit_enrolments")


def test_the_audit_names_nobody(sessie):
    enrol(sessie, 1)
    lose_a_mail(sessie)
    assert "Sara" not in str(audit())
    assert "example.org" not in str(audit())


def test_the_audit_sees_data_that_were_kept_too_long(db, klok):
    sessie = with_everything()
    after(klok, sessie, 20)
    assert "1 bijzondere noden langer bewaard" in str(audit())


def test_the_night_forgets_and_audits_once(db, klok):
    sessie = with_everything()
    after(klok, sessie, 20)
    nacht.run()
    assert BijzondereNood.objects.count() == 0
    lose_a_mail(sessie)
    # Not before the next night.
    nacht.run()
    klok.shift(datetime.timedelta(days=1))
    with pytest.raises(nacht.AuditFout):
        nacht.run()
    nacht.run()


def test_tick_does_all_of_it(db, klok):
    sessie = with_everything()
    deelnemer.cancel(one(sessie, 2).pk)
    after(klok, sessie, 20)
    assert [name for name in periodic.run_all() if name.startswith("vorming")] == []
    assert BijzondereNood.objects.count() == 0
    assert states(sessie)[1] == "bevestigd"
