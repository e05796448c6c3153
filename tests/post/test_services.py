"""What the rest of the site asks: queue, queue for many, steer, settle."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from post import services
from post.addresses import InvalidAddress
from post.freezing import freeze_parts
from post.mime import Bijlage, UnsafeHeader
from post.models import Bericht, Levering
from post.services import NotAllPrepared, Ontvanger, queueing
from post.states import Beleid, BerichtStaat, Prioriteit, Staat
from tests.post.mails import bulk, direct, finish, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db


# --- One mail to one person ---------------------------------------------------------


def test_queue_new_key_one_message_with_one_delivery():
    delivery = direct(to=" Lies@Example.org ", name="Lies  de\x00 Man")
    assert delivery.adres == "Lies@Example.org"
    assert delivery.adres_norm == "lies@example.org"
    assert delivery.domein == "example.org"
    assert delivery.naam == "Lies de Man"
    assert delivery.staat == Staat.WACHT
    assert delivery.bericht.prioriteit == delivery.prioriteit == Prioriteit.DIRECT
    assert delivery.bericht.staat == BerichtStaat.VERZENDEN


def test_queue_same_key_again_same_message_and_no_second_delivery():
    first = direct(key="bevestiging:1")
    again = services.queue(
        key="bevestiging:1", template="proefmail", to="jan@example.org", context={"door": "anders"}
    )
    assert again == first.bericht
    assert Levering.objects.get() == first


def test_queue_caller_rolled_back_no_mail():
    @transaction.atomic
    def caller():
        direct()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        caller()
    assert not Bericht.objects.exists()
    assert not Levering.objects.exists()
    direct()
    finish()
    assert len(sent()) == 1


@pytest.mark.parametrize(
    "address", ["lies@example.org\r\nBcc: x@example.org", "lies", "liés@example.org", "l" * 300]
)
def test_queue_invalid_address_refused_and_nothing_queued(address):
    with pytest.raises(InvalidAddress, match=r"(adres|apenstaartje)"):
        direct(to=address)
    assert not Bericht.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "allen@example.org"},
        {"from": "ander@example.org"},
        {"Content-Transfer-Encoding": "base64"},
        {"MIME-Version": "2.0"},
        {"X-Kop: waarde\r\nBcc": "x"},
        {"X-Kóp": "x"},
        {"": "x"},
        {"X-Kop": "waarde\r\nBcc: allen@example.org"},
        {"X-Kop": "x" * 2000},
    ],
)
def test_queue_unsafe_header_refused(headers):
    with pytest.raises(UnsafeHeader):
        direct(headers=headers)
    assert not Bericht.objects.exists()


@pytest.mark.parametrize("mailbox", ["Lies\r\nBcc: x@example.org <lies@example.org>", "geen adres"])
def test_queue_unusable_sender_or_reply_address_refused(mailbox):
    for field in ("sender", "reply_to"):
        with pytest.raises(ValueError, match=r"\w"):
            direct(**{field: mailbox})
    assert not Bericht.objects.exists()


def test_queue_all_that_goes_along_is_in_the_mail():
    direct(
        sender="Gemeente Zoërsel <info@café.be>",
        reply_to="Lies <lies@example.org>",
        headers={"X-Soort": "bevestiging"},
        attachments=[
            Bijlage("sessie.ics", b"BEGIN:VCALENDAR", "text/calendar", "REQUEST"),
            Bijlage("attest.pdf", b"%PDF", "application/pdf"),
        ],
    )
    finish()
    (mail,) = sent()
    assert mail["From"].addresses[0].addr_spec == "info@xn--caf-dma.be"
    assert mail["From"].addresses[0].display_name == "Gemeente Zoërsel"
    assert mail["Reply-To"].addresses[0].addr_spec == "lies@example.org"
    assert mail["X-Soort"] == "bevestiging"
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/pdf"]
    assert Bericht.objects.get().bijlagen == [
        {"naam": "sessie.ics", "soort": "text/calendar", "grootte": 15},
        {"naam": "attest.pdf", "soort": "application/pdf", "grootte": 4},
    ]


def test_queue_not_before_waits(moving_clock):
    direct(not_before=datetime.datetime(2026, 11, 25, 10, 0, tzinfo=datetime.UTC))
    finish()
    assert sent() == []
    moving_clock.shift(datetime.timedelta(days=1, seconds=1))
    finish()
    assert len(sent()) == 1


# --- Many --------------------------------------------------------------------------


def test_queue_bulk_same_address_in_other_case_one_delivery():
    message = bulk(addresses=["lies@example.org", "LIES@Example.org", "jan@example.org"])
    assert message.leveringen.count() == message.aantal_verwacht == 2
    assert message.staat == BerichtStaat.VERZENDEN


def test_queue_bulk_crash_half_way_repeated_all_there_once(monkeypatch):
    monkeypatch.setattr(queueing, "CHUNK", 10)
    readers = [Ontvanger(f"lezer{index}@example.org") for index in range(35)]
    message = bulk(addresses=["lezer0@example.org"], start=False)

    def crashing():
        yield from readers[:25]
        raise ConnectionError("de stroom brak af")

    with pytest.raises(ConnectionError):
        services.queue_bulk(message, crashing())
    message.refresh_from_db()
    assert message.staat == BerichtStaat.KLAARZETTEN
    assert message.leveringen.count() == 20
    assert services.queue_bulk(message, readers) == 35
    message.refresh_from_db()
    assert message.staat == BerichtStaat.VERZENDEN
    finish()
    assert len({mail["To"] for mail in sent()}) == len(sent()) == 35


def test_queue_bulk_repeated_while_going_adds_nothing():
    message = bulk(5)
    finish()
    assert services.queue_bulk(message, [Ontvanger(f"lezer{n}@example.org") for n in range(5)]) == 5
    finish()
    assert len(sent()) == 5


def test_queue_bulk_row_missing_not_started(monkeypatch):
    insert = queueing._insert
    monkeypatch.setattr(queueing, "_insert", lambda chunk: insert(chunk[1:]))
    message = services.prepare_bulk(
        key="n:1", kind="nieuwsbrief", frozen=freeze_parts("Nieuws", "tekst", "<p></p>")
    )
    with pytest.raises(NotAllPrepared, match="Verwacht: 2 leveringen, klaargezet: 1"):
        services.queue_bulk(message, [Ontvanger("a@example.org"), Ontvanger("b@example.org")])
    message.refresh_from_db()
    assert message.staat == BerichtStaat.KLAARZETTEN


def test_queue_bulk_row_too_many_not_started():
    message = bulk(addresses=["vertrokken@example.org"], start=False)
    with pytest.raises(NotAllPrepared):
        services.queue_bulk(message, [Ontvanger("blijver@example.org")])
    message.refresh_from_db()
    assert message.staat == BerichtStaat.KLAARZETTEN


def test_queue_bulk_invalid_address_refused_and_not_started():
    with pytest.raises(InvalidAddress):
        bulk(addresses=["lies@example.org", "jan@example.org\r\nRCPT TO:<x@example.org>"])
    assert Bericht.objects.get().staat == BerichtStaat.KLAARZETTEN
    finish()
    assert sent() == []


def test_queue_bulk_two_messages_share_nothing():
    bulk(2, key="n:1")
    bulk(2, key="n:2")
    finish()
    assert len(sent()) == 4


def test_prepare_bulk_not_started_nothing_leaves():
    bulk(3, start=False)
    finish()
    assert sent() == []


def test_delivery_second_row_for_an_address_refused_by_the_database():
    delivery = direct()
    delivery.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.save(force_insert=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"staat": "onbekend"},
        {"staat": Staat.BEZIG},
        {"staat": Staat.GENOMEN, "werker": "w"},
        {"staat": Staat.VERZONDEN},
    ],
)
def test_delivery_impossible_state_refused_by_the_database(changes):
    direct()
    with pytest.raises(DatabaseError), transaction.atomic():
        Levering.objects.update(**changes)


# --- Settling ------------------------------------------------------------------------


def uncertain() -> Levering:
    from post.engine.outcome import Afloop, Uitkomst

    direct()
    finish(Uitkomst(Afloop.ONZEKER, None, "weg"))
    return Levering.objects.get(staat=Staat.ONZEKER)


def failed() -> Levering:
    from post.engine.outcome import Afloop, Uitkomst

    direct()
    finish(Uitkomst(Afloop.GEWEIGERD, 550, "550 nee"))
    return Levering.objects.get(staat=Staat.MISLUKT)


def test_send_again_failed_leaves_with_the_same_message_id():
    delivery = failed()
    assert services.send_again([delivery.pk]) == 1
    refuse_wrong_counts()
    finish()
    (mail,) = sent()
    assert mail["Message-ID"] == delivery.message_id
    assert states() == {Staat.VERZONDEN: 1}
    refuse_wrong_counts()


def test_send_again_uncertain_by_decision_leaves():
    delivery = uncertain()
    assert services.send_again([delivery.pk]) == 1
    finish()
    assert states() == {Staat.VERZONDEN: 1}
    refuse_wrong_counts()


def test_mark_as_sent_uncertain_settled_without_a_mail():
    delivery = uncertain()
    before = len(sent())
    assert services.mark_as_sent([delivery.pk]) == 1
    delivery.refresh_from_db()
    assert delivery.staat == Staat.VERZONDEN
    assert delivery.verzonden_op
    finish()
    assert len(sent()) == before
    refuse_wrong_counts()


def test_send_again_sent_or_waiting_left_alone():
    direct(key="a")
    finish()
    direct(key="b")
    assert services.send_again(list(Levering.objects.values_list("pk", flat=True))) == 0
    assert states() == {Staat.VERZONDEN: 1, Staat.WACHT: 1}


def test_mark_as_sent_failed_left_alone():
    assert services.mark_as_sent([failed().pk]) == 0
    assert states() == {Staat.MISLUKT: 1}


def test_send_again_of_cancelled_message_left_alone():
    delivery = failed()
    services.cancel(delivery.bericht)
    assert services.send_again([delivery.pk]) == 0
    finish()
    services.clear_cancelled()
    assert states() == {Staat.MISLUKT: 1}
    assert sent() == []
    refuse_wrong_counts()


def test_queue_policy_kept():
    assert direct(policy=Beleid.MINSTENS_EENS).bericht.beleid == Beleid.MINSTENS_EENS
