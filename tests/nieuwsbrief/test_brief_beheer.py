"""How an editor makes an issue: from the one before, checked and tested."""

import datetime

import pytest
from django.urls import reverse
from wagtail.rich_text import RichText

from core import clock
from nieuwsbrief.brief.render import freeze_page
from nieuwsbrief.models import NieuwsbriefInstellingen, NieuwsbriefPage
from nieuwsbrief.models import Testadres as Adres
from nieuwsbrief.services import ritme
from post.models import Bericht, Levering, Onderdrukking
from post.services import suppress
from tests.factories import ArtikelPageFactory, NieuwsbriefPageFactory, TermijnFactory
from tests.nieuwsbrief.conftest import tekst
from tests.nieuwsbrief.verzend import al_verzonden
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

BRIEVEN = "/admin/nieuwsbrief/brieven/"
NIEUW = f"{BRIEVEN}nieuw/"


def nakijken(page):
    return f"{BRIEVEN}{page.pk}/nakijken/"


def soorten(page):
    return [block.block_type for block in page.body]


# --- A new issue ---------------------------------------------------------------------------


def test_the_first_issue_has_a_form_and_what_is_new(klok, client, eindredacteur):
    klok.shift(datetime.timedelta(days=90))
    client.force_login(eindredacteur)
    editor_client = client
    nieuw = ArtikelPageFactory(title="Een vers artikel", first_published_at=clock.now())
    nieuw.save_revision().publish()
    page = tekst(editor_client.get(NIEUW))
    assert "eerste brief" in page
    assert "Een vers artikel" in page
    assert NieuwsbriefPage.objects.count() == 0
    answer = editor_client.post(NIEUW, {"pagina": [nieuw.pk, "onzin", "999999"]})
    made = NieuwsbriefPage.objects.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live
    assert made.nummer == 1
    assert made.eerste_maand == datetime.date(2027, 2, 1)
    assert "februari – maart 2027" in made.title
    assert made.lijsten.count() == 2
    assert soorten(made)[0] == "inleiding"
    block = made.body[len(made.body) - 1]
    assert block.block_type == "nieuw"
    assert [one["pagina"].pk for one in block.value["paginas"]] == [nieuw.pk]
    assert editor_client.get(answer.url).status_code == 200


def test_the_next_issue_keeps_the_form_and_not_the_words(klok, editor_client, brief):
    old = NieuwsbriefPageFactory(
        nummer=41,
        lijsten=[brief],
        body=[
            ("inleiding", RichText("<p>Woorden van toen.</p>")),
            ("kop", "Uit het veld"),
            ("citaat", {"tekst": "Toen.", "wie": "Iemand", "rol": ""}),
            ("knop", {"tekst": "Mail ons", "pagina": None, "adres": "https://example.org/"}),
            ("streep", None),
        ],
    )
    old.save_revision().publish()
    termijn = TermijnFactory(naam="Binnenkort", dag=20, maand=12, jaar=2026)
    klok.shift(datetime.timedelta(days=1))
    editor_client.post(NIEUW)
    made = NieuwsbriefPage.objects.get(nummer=42)
    assert made.eerste_maand == datetime.date(2027, 1, 1)
    assert list(made.lijsten.all()) == [brief]
    assert soorten(made)[:5] == ["inleiding", "kop", "citaat", "knop", "streep"]
    assert not str(made.body[0].value.source).strip()
    assert made.body[1].value == "Uit het veld"
    assert not made.body[2].value["tekst"]
    assert made.body[3].value["adres"] == "https://example.org/"
    shown = [block.value["termijn"].pk for block in made.body if block.block_type == "termijn"]
    assert termijn.pk in shown
    edit = tekst(editor_client.get(reverse("wagtailadmin_pages:edit", args=[made.pk])))
    assert "Blok 1 (Inleiding of tekst) is leeg." in edit
    assert "januari – februari 2027" in edit


def test_a_changed_page_says_when_it_changed(klok, editor_client):
    page = ArtikelPageFactory(title="Herzien")
    page.save_revision().publish()
    klok.shift(datetime.timedelta(days=2))
    NieuwsbriefPageFactory(nummer=1).save_revision().publish()
    klok.shift(datetime.timedelta(days=2))
    type(page).objects.get(pk=page.pk).save_revision().publish()
    shown = tekst(editor_client.get(NIEUW))
    assert "<strong>Herzien</strong>, aangepast op 28 november 2026" in shown
    editor_client.post(NIEUW, {"pagina": [page.pk]})
    made = NieuwsbriefPage.objects.get(nummer=2)
    block = next(one for one in made.body if one.block_type == "nieuw")
    assert block.value["paginas"][0]["wat"] == "Aangepast op 28 november."


def test_what_came_while_the_issue_before_was_written_is_proposed_next(klok, editor_client):
    editor_client.post(NIEUW)
    klok.shift(datetime.timedelta(days=3))
    told, new = ArtikelPageFactory(title="Verteld"), ArtikelPageFactory(title="Onderweg")
    for page in (told, new):
        page.save_revision().publish()
    first = NieuwsbriefPage.objects.get(nummer=1)
    first.body = [("nieuw", {"titel": "N", "paginas": [{"pagina": told, "wat": ""}]})]
    klok.shift(datetime.timedelta(days=2))
    first.save_revision().publish()
    klok.shift(datetime.timedelta(days=2))
    shown = tekst(editor_client.get(NIEUW))
    assert "<strong>Onderweg</strong>" in shown
    assert "<strong>Verteld</strong>" not in shown
    type(told).objects.get(pk=told.pk).save_revision().publish()
    assert "<strong>Verteld</strong>" in tekst(editor_client.get(NIEUW))


def test_many_chosen_pages_become_lists_that_can_be_saved(klok, editor_client):
    klok.shift(datetime.timedelta(days=1))
    pages = [ArtikelPageFactory(title=f"Nieuw {number}") for number in range(16)]
    for page in pages:
        page.save_revision().publish()
    answer = editor_client.post(NIEUW, {"pagina": [page.pk for page in pages]})
    made = NieuwsbriefPage.objects.get(nummer=1)
    lists = [block for block in made.body if block.block_type == "nieuw"]
    assert [len(block.value["paginas"]) for block in lists] == [15, 1]
    for block in lists:
        block.block.clean(block.value)
    assert editor_client.get(answer.url).status_code == 200


@pytest.mark.parametrize("nummer", [None, 4, 7])
def test_a_draft_with_another_number_or_none_does_not_stop_the_next(klok, editor_client, nummer):
    draft = NieuwsbriefPageFactory(nummer=5)
    draft.nummer = nummer
    # As the form does for a draft: the row keeps the number it had.
    draft.save_revision(clean=False)
    assert editor_client.post(NIEUW).status_code == 302
    made = NieuwsbriefPage.objects.exclude(pk=draft.pk).get()
    assert made.nummer == (8 if nummer == 7 else 6)


def test_after_a_pause_the_next_issue_is_of_now(klok, editor_client):
    NieuwsbriefPageFactory(nummer=1, eerste_maand=datetime.date(2025, 1, 1))
    editor_client.post(NIEUW)
    made = NieuwsbriefPage.objects.get(nummer=2)
    assert made.eerste_maand == datetime.date(2026, 11, 1)


def test_only_who_may_make_pages_makes_an_issue(klok, client, redacteur):
    page = NieuwsbriefPageFactory()
    for address in (BRIEVEN, NIEUW, nakijken(page)):
        assert "login" in client.get(address).url
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user("brief", password="wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Nieuwsbriefteam"))
    client.force_login(user)
    for address in (NIEUW, nakijken(page)):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code == 302
    assert NieuwsbriefPage.objects.count() == 1
    client.force_login(redacteur)
    assert client.get(NIEUW).status_code == 200


# --- Checks and test mails -------------------------------------------------------------------


def test_the_check_tells_what_to_do(klok, editor_client):
    page = NieuwsbriefPageFactory(body=[], lijsten=[])
    shown = tekst(editor_client.get(nakijken(page)))
    assert "De brief mag nog niet weg." in shown
    assert "De brief gaat naar geen enkele lijst." in shown
    assert "Kies bij ‘naar welke lijsten’ minstens een lijst." in shown
    assert "De brief is leeg." in shown
    assert english_in(editor_client.get(nakijken(page))) == []


def test_the_check_looks_at_the_draft(klok, editor_client):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    page.body = []
    page.save_revision()
    assert "De brief is leeg." in tekst(editor_client.get(nakijken(page)))


@pytest.fixture
def adressen(db):
    return [
        Adres.objects.create(adres=f"team{number}@example.org", omschrijving="Outlook")
        for number in (1, 2)
    ]


def test_a_test_mail_is_the_mail_of_the_run(klok, editor_client, adressen, brief):
    page = NieuwsbriefPageFactory(body=[("kop", "Zo staat het er")], lijsten=[brief])
    data = {"actie": "proef", "adressen": [one.pk for one in adressen]}
    answer = editor_client.post(nakijken(page), data, follow=True)
    assert "De testmail is onderweg naar team1@example.org, team2@example.org." in tekst(answer)
    message = Bericht.objects.get(soort="nieuwsbrief/proef")
    frozen = freeze_page(page)
    assert (message.html, message.tekst) == (frozen.html, frozen.tekst)
    assert message.onderwerp == page.onderwerp
    assert message.koppen["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.koppen["List-Id"] == brief.list_id_kop
    rows = Levering.objects.filter(bericht=message)
    assert sorted(rows.values_list("adres", flat=True)) == [one.adres for one in adressen]
    for row in rows:
        assert row.gegevens["uitschrijven"] == "http://testserver/nieuwsbrief/"
    editor_client.post(nakijken(page), data)
    assert Levering.objects.count() == 2


def test_a_test_mail_without_address_or_subject_says_so(klok, editor_client, adressen):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    for data in ({}, {"adressen": "x"}, {"adressen": "9999"}):
        answer = editor_client.post(nakijken(page), {"actie": "proef", **data})
        assert answer.status_code == 422
        assert "testadres" in tekst(answer)
    NieuwsbriefPage.objects.filter(pk=page.pk).update(onderwerp="")
    data = {"actie": "proef", "adressen": [adressen[0].pk]}
    answer = editor_client.post(nakijken(page), data, follow=True)
    assert "Er is niets gestuurd." in tekst(answer)
    assert not Bericht.objects.filter(soort="nieuwsbrief/proef").exists()


def test_a_look_sends_nothing(klok, editor_client, adressen):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    editor_client.get(nakijken(page), {"actie": "proef", "adressen": adressen[0].pk})
    editor_client.get(NIEUW)
    assert not Bericht.objects.exists()
    assert NieuwsbriefPage.objects.count() == 1


def test_a_test_address_is_one_that_can_get_mail(editor_client):
    address = reverse("nieuwsbrief_testadressen:add")
    editor_client.post(address, {"adres": "geen adres", "omschrijving": ""})
    editor_client.post(address, {"adres": "team@localhost", "omschrijving": ""})
    assert not Adres.objects.exists()
    editor_client.post(address, {"adres": "team@example.org", "omschrijving": "Thunderbird"})
    assert Adres.objects.get().adres == "team@example.org"


def test_a_suppressed_test_address_stays_suppressed(klok, editor_client, adressen):
    suppress(adressen[0].adres, Onderdrukking.Reden.UITGESCHREVEN)
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    shown = tekst(
        editor_client.post(
            nakijken(page), {"actie": "proef", "adressen": adressen[0].pk}, follow=True
        )
    )
    assert "krijgt geen nieuwsbrieven" in shown


# --- The rhythm ----------------------------------------------------------------------------


@pytest.fixture
def instellingen(db):
    found = NieuwsbriefInstellingen.load()
    found.redactie_adres, found.verschijndag = "redactie@example.org", 15
    found.save()
    return found


def herinneringen():
    return list(Bericht.objects.filter(soort="nieuwsbrief/herinnering").order_by("pk"))


@pytest.mark.parametrize(
    ("dag", "komt"),
    [
        ((2026, 12, 31), False),
        ((2027, 1, 1), True),
        ((2027, 1, 15), True),
        ((2027, 2, 28), True),
    ],
)
def test_the_team_is_reminded_from_two_weeks_before(dag, komt, on_day, instellingen):
    al_verzonden(NieuwsbriefPageFactory(nummer=8, eerste_maand=datetime.date(2026, 11, 1)))
    on_day(datetime.date(*dag))
    assert ritme.herinner() is komt
    assert ritme.herinner() is False
    assert len(herinneringen()) == komt
    if komt:
        mail = herinneringen()[0]
        assert mail.onderwerp == "De nieuwsbrief van januari – februari 2027"
        assert "vrijdag 15 januari 2027" in mail.tekst
        assert "Er is nog niemand aan begonnen." in mail.tekst
        assert "http://testserver/admin/nieuwsbrief/brieven/nieuw/" in mail.tekst


def test_a_reminder_tells_what_a_draft_misses_and_the_next_months_get_their_own(
    on_day, instellingen
):
    NieuwsbriefPageFactory(nummer=8, eerste_maand=datetime.date(2026, 11, 1))
    draft = NieuwsbriefPageFactory(
        nummer=9, eerste_maand=datetime.date(2027, 1, 1), live=False, body=[]
    )
    on_day(datetime.date(2027, 1, 5))
    ritme.herinner()
    assert "De brief is leeg." in herinneringen()[0].tekst
    assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in herinneringen()[0].tekst
    draft.save_revision().publish()
    on_day(datetime.date(2027, 3, 1))
    assert ritme.herinner() is True
    assert len(herinneringen()) == 2


def test_the_first_page_of_the_admin_shows_the_next_issue(client, redacteur, at_launch):
    client.force_login(redacteur)
    NieuwsbriefPageFactory(nummer=8, eerste_maand=datetime.date(2026, 9, 1))
    shown = tekst(client.get("/admin/"))
    assert "Volgende brief" in shown
    assert "november – december 2026" in shown
    assert "Er is nog niemand aan begonnen." in shown
    NieuwsbriefPageFactory(nummer=9, title="In de maak", live=False, body=[])
    shown = tekst(client.get("/admin/"))
    assert "De brief is leeg." in shown
    assert "Werk verder aan ‘In de maak’" in shown


def test_who_makes_no_pages_sees_no_panel(client, klok):
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user("hulp", password="wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Helpdesk"))
    client.force_login(user)
    assert "Volgende brief" not in tekst(client.get("/admin/"))
