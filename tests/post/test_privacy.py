"""Suppression, erasure and retention: what stays, what goes, and that nothing emptied leaves."""

import datetime

import pytest

from post import services
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.freezing import freeze_parts
from post.models import Bericht, Gebeurtenis, Levering, Onderdrukking
from post.states import Beleid, Staat
from post.transports.memory import MemoryTransport
from tests.post.mails import bulk, direct, finish, minutes, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db

LIES = "lies@example.org"
LATER = datetime.timedelta(days=91)


def refuse_traces(address: str = LIES) -> None:
    """Fail when any column of the mail room still holds the address."""
    for model in (Bericht, Levering, Gebeurtenis, Onderdrukking):
        for row in model.objects.values():
            for column, value in row.items():
                held = bytes(value).decode("utf-8", "replace") if column == "skelet" else str(value)
                assert address not in held.lower(), (model.__name__, column)
                assert "Lies" not in held, (model.__name__, column)


# --- Suppression --------------------------------------------------------------------


def test_suppress_bulk_skipped_and_direct_sent():
    services.suppress("LIES@Example.org", Onderdrukking.Reden.UITGESCHREVEN)
    bulk(addresses=[LIES, "jan@example.org"])
    direct(to=LIES)
    finish()
    assert states() == {Staat.VERZONDEN: 2, Staat.OVERGESLAGEN: 1}
    assert sorted(mail["To"] for mail in sent()) == ["jan@example.org", LIES]
    refuse_wrong_counts()


def test_suppress_twice_first_reason_stays():
    services.suppress(LIES, Onderdrukking.Reden.KLACHT)
    services.suppress(LIES.upper(), Onderdrukking.Reden.GEWIST)
    assert Onderdrukking.objects.get().reden == Onderdrukking.Reden.KLACHT
    assert services.is_suppressed(" Lies@example.org")
    assert not services.is_suppressed("jan@example.org")


# --- Erasure ------------------------------------------------------------------------


def test_erase_sent_mail_no_trace_left_but_the_fingerprint():
    direct(to="Lies@Example.org", name="Lies de Man", key="a")
    bulk(addresses=[LIES, "jan@example.org"])
    finish()
    message = Bericht.objects.get(prioriteit=0)
    Bericht.objects.filter(pk=message.pk).update(tekst="Dag Lies", onderwerp="Voor Lies")
    assert services.erase(" LIES@example.org ") == 2
    refuse_traces()
    assert services.is_suppressed(LIES)
    assert states() == {Staat.VERZONDEN: 3}
    message.refresh_from_db()
    assert (message.sleutel, message.soort) == ("a", "proefmail")
    assert message.geleegd_op
    refuse_wrong_counts()


def test_erase_waiting_mail_never_leaves():
    direct(to=LIES, key="later", not_before=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))
    bulk(addresses=["jan@example.org", LIES])
    worker = Worker(MemoryTransport(size=1))
    worker.round()
    assert Levering.objects.get(adres=LIES, prioriteit=1).staat == Staat.GENOMEN
    services.erase(LIES)
    worker.run(until_empty=True)
    assert [mail["To"] for mail in sent()] == ["jan@example.org"]
    refuse_traces()
    refuse_wrong_counts()


@pytest.mark.parametrize("kind", [direct, lambda to: bulk(addresses=[to])])
def test_erase_while_on_its_way_and_refused_for_now_not_tried_again(moving_clock, kind):
    kind(to=LIES)
    worker = Worker(MemoryTransport([Uitkomst(Afloop.TIJDELIJK, 451, "451 later")]))
    worker.round()
    services.erase(LIES)
    worker.round()
    moving_clock.shift(minutes(2))
    worker.round()
    assert states() == {Staat.OVERGESLAGEN: 1}
    assert sent() == []
    refuse_traces()
    refuse_wrong_counts()


def test_erase_address_with_accents_found_in_both_forms():
    direct(to="lies@café.be")
    finish()
    assert services.erase("LIES@café.be") == 1
    refuse_traces("lies@xn--caf-dma.be")
    assert services.is_suppressed("lies@xn--caf-dma.be")


def test_erase_question_of_a_person_to_the_desk_emptied_and_not_sent():
    direct(to="desk@example.org", reply_to=f"Lies de Man <{LIES}>", key="vraag:1")
    services.erase(LIES)
    finish()
    assert sent() == []
    assert states() == {Staat.OVERGESLAGEN: 1}
    refuse_traces()
    refuse_wrong_counts()


def test_erase_question_under_way_and_refused_for_now_not_tried_again(moving_clock):
    direct(to="desk@example.org", reply_to=LIES)
    worker = Worker(MemoryTransport([Uitkomst(Afloop.TIJDELIJK, 451, "451 later")]))
    worker.round()
    services.erase(LIES)
    worker.round()
    moving_clock.shift(minutes(2))
    worker.round()
    assert sent() == []
    assert states() == {Staat.OVERGESLAGEN: 1}


def test_erase_unknown_address_only_suppressed():
    assert services.erase(LIES) == 0
    assert services.is_suppressed(LIES)


def test_erase_failed_delivery_cannot_be_sent_again():
    delivery = direct(to=LIES)
    finish(Uitkomst(Afloop.GEWEIGERD, 550, f"550 {LIES}: unknown"))
    services.erase(LIES)
    refuse_traces()
    assert services.send_again([delivery.pk]) == 0
    assert services.mark_as_sent([delivery.pk]) == 0


def test_erase_one_of_many_failed_cannot_be_sent_again():
    message = bulk(addresses=[LIES, "jan@example.org"])
    finish(*[Uitkomst(Afloop.GEWEIGERD, 550, "550 nee")] * 2)
    services.erase(LIES)
    assert services.send_again(list(message.leveringen.values_list("pk", flat=True))) == 1
    finish()
    assert [mail["To"] for mail in sent()] == ["jan@example.org"]


# --- Retention ----------------------------------------------------------------------


def test_retain_after_ninety_days_emptied_and_counts_stay(moving_clock):
    direct(to=LIES, name="Lies", reply_to=LIES, key="a")
    finish()
    moving_clock.shift(datetime.timedelta(days=89))
    assert services.retain() == 0
    moving_clock.shift(datetime.timedelta(days=2))
    assert services.retain() == 1
    refuse_traces()
    assert Bericht.objects.get().sleutel == "a"
    assert states() == {Staat.VERZONDEN: 1}
    refuse_wrong_counts()
    assert services.retain() == 0


def test_retain_period_is_a_setting(moving_clock, settings):
    settings.POST_RETENTION_DAYS = 10
    direct()
    finish()
    moving_clock.shift(datetime.timedelta(days=11))
    assert services.retain() == 1


def test_retain_what_still_waits_stays_until_it_ended_long_ago(moving_clock):
    direct(to=LIES, not_before=datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC))
    moving_clock.shift(LATER)
    assert services.retain() == 0
    moving_clock.shift(datetime.timedelta(days=30))
    finish()
    assert len(sent()) == 1
    assert services.retain() == 0
    moving_clock.shift(LATER)
    assert services.retain() == 1


def test_retain_undecided_delivery_keeps_no_address(moving_clock):
    direct(to=LIES)
    finish(Uitkomst(Afloop.ONZEKER, None, "weg"))
    moving_clock.shift(LATER)
    assert services.retain() == 1
    assert states() == {Staat.ONZEKER: 1}
    refuse_traces()


def test_retain_what_has_no_recipients_yet_is_kept(moving_clock):
    waiting = services.prepare_bulk(
        key="later", kind="nieuwsbrief", frozen=freeze_parts("Nieuws", "Dag", "<p>Dag</p>")
    )
    cancelled = services.prepare_bulk(
        key="nooit", kind="nieuwsbrief", frozen=freeze_parts("Nieuws", "Dag", "<p>Dag</p>")
    )
    services.cancel(cancelled)
    moving_clock.shift(LATER)
    assert services.retain() == 1
    waiting.refresh_from_db()
    assert waiting.geleegd_op is None
    services.queue_bulk(waiting, [services.Ontvanger(LIES)])
    finish()
    moving_clock.shift(LATER)
    assert services.retain() == 1
    refuse_traces()


def test_retain_message_that_was_emptied_before_it_left_stops_and_skips_nobody():
    message = bulk(addresses=[LIES, "jan@example.org"])
    services.empty_messages([message.pk])
    finish()
    message.refresh_from_db()
    assert (message.staat, sent()) == ("gepauzeerd", [])
    assert "niet meer bewaard" in message.pauze_reden
    assert states() == {Staat.WACHT: 2}
    services.cancel(message)
    services.clear_cancelled()
    assert states() == {Staat.GEANNULEERD: 2}
    refuse_traces()
    refuse_wrong_counts()


def test_retain_emptied_delivery_cannot_be_sent_again(moving_clock):
    delivery = direct(to=LIES)
    finish(Uitkomst(Afloop.GEWEIGERD, 550, "550 nee"))
    moving_clock.shift(LATER)
    services.retain()
    assert services.send_again([delivery.pk]) == 0
    finish()
    assert sent() == []


def test_retain_reports_of_a_provider_go_along(moving_clock):
    delivery = direct(to=LIES)
    finish()
    for number, subject in enumerate([delivery, None]):
        Gebeurtenis.objects.create(
            levering=subject,
            provider_id=str(number),
            soort="bounced",
            omschrijving=LIES,
            op=delivery.aangemaakt_op,
        )
    moving_clock.shift(LATER)
    services.retain()
    assert not Gebeurtenis.objects.exists()


def test_retain_same_address_again_after_emptying_is_a_new_row(moving_clock):
    message = bulk(addresses=[LIES, "jan@example.org"], policy=Beleid.MINSTENS_EENS)
    finish()
    moving_clock.shift(LATER)
    services.retain()
    norms = set(message.leveringen.values_list("adres_norm", flat=True))
    assert len(norms) == 2
    assert all(norm.startswith("gewist-") for norm in norms)
