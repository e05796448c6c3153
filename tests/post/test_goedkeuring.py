"""Mails about approving a page: in Dutch, through the mail room, to whom it concerns."""

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.urls import reverse
from wagtail.models import Page, Workflow
from wagtail.users.models import UserProfile

from post.models import Bericht, Levering
from tests.factories import ArtikelPageFactory
from tests.test_editor_language import PATTERN

pytestmark = pytest.mark.django_db


def iemand(naam, *groepen, **velden):
    user = User.objects.create_user(
        naam, velden.pop("e_mail", f"{naam}@example.org"), "wachtwoord-van-de-toets", **velden
    )
    user.groups.add(*Group.objects.filter(name__in=groepen))
    return user


@pytest.fixture
def ann():
    return iemand("ann", "Redacteurs", first_name="Ann", last_name="Peeters")


@pytest.fixture
def bert():
    return iemand("bert", "Eindredacteurs", first_name="Bert")


@pytest.fixture
def artikel():
    return ArtikelPageFactory(title="Zwemmen <b>& sport</b>").page_ptr.specific


def vraag(page, door):
    page.save_revision(user=door)
    return Workflow.objects.get(name="Tweede lezer").start(page, door)


def naar(soort):
    rows = Levering.objects.filter(bericht__soort=f"redactie/{soort}")
    return set(rows.values_list("adres", flat=True))


def beslis(client, user, workflow_state, actie, opmerking):
    client.force_login(user)
    task_state = workflow_state.current_task_state
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[workflow_state.content_object.pk, actie, task_state.pk],
    )
    answer = client.post(address, {"comment": opmerking})
    assert answer.status_code in (200, 302)


def test_who_may_approve_is_mailed_and_nobody_else(ann, bert, artikel):
    iemand("cis", "Eindredacteurs", is_active=False)
    iemand("dora", "Eindredacteurs", e_mail="")
    iemand("els", "Redacteurs", "Nieuwsbriefteam")
    fien = iemand("fien", "Eindredacteurs")
    profiel = UserProfile.get_for_user(fien)
    profiel.submitted_notifications = False
    profiel.save()
    iemand("chef", is_superuser=True)
    baas = User.objects.get(username="chef")
    vraag(artikel, ann)
    # Once each, also who manages everything and who is in a group besides.
    assert naar("gevraagd") >= {bert.email, baas.email}
    assert not naar("gevraagd") & {ann.email, fien.email, "cis@example.org", "els@example.org"}
    assert Levering.objects.filter(adres=baas.email).count() == 1
    assert mail.outbox == []
    found = Bericht.objects.get(leveringen__adres=bert.email)
    assert found.onderwerp == "Ann Peeters vraagt je goedkeuring: Zwemmen <b>& sport</b>"
    assert f"http://testserver/admin/pages/{artikel.pk}/edit/" in found.tekst
    assert "wie eerst is, beslist" in found.tekst
    assert "<b>& sport" not in found.html
    assert found.antwoord_aan == ann.email
    assert not PATTERN.search(found.tekst)


def test_who_asks_is_never_mailed_even_when_she_may_approve(bert, artikel):
    vraag(artikel, bert)
    assert bert.email not in naar("gevraagd")


def test_the_maker_hears_yes_with_the_remark(client, ann, bert, artikel):
    state = vraag(artikel, ann)
    beslis(client, bert, state, "approve", "Mooi geworden.")
    assert naar("goedgekeurd") == {ann.email}
    words = Bericht.objects.get(soort="redactie/goedgekeurd").tekst
    assert "Bert keurde ‘Zwemmen <b>& sport</b>’ goed." in words
    assert "Mooi geworden." in words
    assert Page.objects.get(pk=artikel.pk).live
    assert mail.outbox == []


def test_the_maker_hears_no_with_the_remark_each_time(client, ann, bert, artikel):
    state = vraag(artikel, ann)
    for opmerking in ("Noem de bron.", "Nog een tikfout."):
        beslis(client, bert, state, "reject", opmerking)
        state.refresh_from_db()
        state.resume(user=ann)
        state.refresh_from_db()
    words = Bericht.objects.filter(soort="redactie/teruggestuurd").order_by("pk")
    assert [("Noem de bron." in one.tekst) for one in words] == [True, False]
    assert "Nog een tikfout." in words[1].tekst
    assert naar("teruggestuurd") == {ann.email}
    assert (
        Levering.objects.filter(bericht__soort="redactie/gevraagd", adres=bert.email).count() == 3
    )
    assert mail.outbox == []


def test_who_decides_about_her_own_page_gets_no_mail(client, bert, artikel):
    state = vraag(artikel, bert)
    beslis(client, bert, state, "approve", "")
    assert naar("goedgekeurd") == set()


def test_an_address_that_cannot_get_mail_stops_nobody(ann, bert, artikel):
    iemand("gust", "Eindredacteurs", e_mail="gust@localhost")
    vraag(artikel, ann)
    assert bert.email in naar("gevraagd")
    assert "gust@localhost" not in naar("gevraagd")
