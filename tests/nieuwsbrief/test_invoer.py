"""A list from elsewhere comes in: with proof, looked at first, all or nothing."""

import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nieuwsbrief.models import Abonnee, Abonnement, Invoer, Toestemming
from nieuwsbrief.services import aanmelden, invoer, privacy, uitschrijven
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import Bron, Soort, Staat
from post import services as post
from post.models import Levering, Onderdrukking
from tests.nieuwsbrief.conftest import LIEN, MARK, NORA, abonneer, staten, tekst
from tests.nieuwsbrief.test_beheer import INVOEREN, rows_of

pytestmark = pytest.mark.django_db

BEWIJS = {
    "tekst": "Ik wil de nieuwsbrief krijgen.",
    "gegeven_op": "2026-11-10",
    "bewijs": "Aanwezigheidslijst van de studiedag",
    "zeker": "on",
}


@pytest.fixture
def team(client, klok):
    user = User.objects.create_user("brief", "brief@example.org", "wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Nieuwsbriefteam"))
    client.force_login(user)
    return client


def stuur(client, lijst, inhoud, **changes):
    if isinstance(inhoud, str):
        inhoud = inhoud.encode()
    bestand = SimpleUploadedFile("lijst.csv", inhoud, content_type="text/csv")
    data = {"lijst": lijst.pk, "bestand": bestand, **BEWIJS, **changes}
    return client.post(INVOEREN, {name: value for name, value in data.items() if value})


def oordelen():
    return {regel["adres"]: regel["oordeel"] for regel in Invoer.objects.latest("pk").regels}


def test_a_look_first_then_all_at_once_with_the_proof(team, brief, ezine, klok):
    abonneer("al@example.org", brief)
    aanmelden.aanmelden(adres="wacht@example.org", lijsten=[brief], taal="nl")
    weg = abonneer("weg@example.org", brief, ezine)
    uitschrijven.vertrek(uid=weg.uid, lijst=brief.pk, bron=Bron.MAIL)
    abonneer("vergeten@example.org", brief)
    privacy.erase("vergeten@example.org")
    abonneer("klaagt@example.org", ezine)
    uitschrijven.stop("klaagt@example.org", Staat.KLACHT)
    post.suppress("klaagt@example.org", Onderdrukking.Reden.KLACHT)
    before = Levering.objects.count()
    answer = stuur(
        team,
        brief,
        "Naam;E-mailadres;Taal\n"
        "Lien Voorbeeld;Lien@Example.org;fr\n"
        ";al@example.org;\n"
        ";wacht@example.org;\n"
        ";WEG@example.org;\n"
        ";vergeten@example.org;\n"
        ";klaagt@example.org;\n"
        "Zonder;;nl\n"
        ";lien@example.org;\n"
        ";lien@@example;\n",
    )
    assert answer.status_code == 302
    page = tekst(team.get(answer["Location"]))
    assert "Er is nog niemand ingeschreven." in page
    assert "1 regel is klaar om in te voeren. 8 regels laten we weg." in page
    regels = Invoer.objects.get().regels
    assert [(regel["nummer"], regel["oordeel"]) for regel in regels] == [
        (2, "nieuw"),
        (3, "al"),
        (4, "wacht"),
        (5, "uitgeschreven"),
        (6, "onderdrukt"),
        (7, "onderdrukt"),
        (8, "ongeldig"),
        (9, "dubbel"),
        (10, "ongeldig"),
    ]
    assert not Abonnee.objects.filter(adres_norm=LIEN).exists()
    for _ in range(2):
        # A second click finds it done.
        team.post(answer["Location"])
    lien = Abonnee.objects.get(adres_norm=LIEN)
    assert (lien.naam, lien.taal, staten()) == (
        "Lien Voorbeeld",
        "fr",
        {"netwerkgemeente": "actief"},
    )
    event = Toestemming.objects.get(abonnee=lien)
    assert (event.soort, event.bron) == (Soort.INGEVOERD, Bron.INVOER)
    assert (event.tekst, event.bewijs) == (BEWIJS["tekst"], BEWIJS["bewijs"])
    assert event.gegeven_op == datetime.date(2026, 11, 10)
    assert event.gebruiker.username == "brief"
    assert staten("weg@example.org") == {"netwerkgemeente": "weg", "e-zine": "actief"}
    assert staten("wacht@example.org") == {"netwerkgemeente": "wacht"}
    assert Levering.objects.count() == before, "nobody is mailed"
    head, *left_out = rows_of(team.get(f"{answer['Location']}niet-ingevoerd/"))
    assert head[0] == "Regel"
    assert [row[0] for row in left_out] == ["3", "4", "5", "6", "7", "8", "9", "10"]
    assert left_out[2][4] == "schreef zich uit"


def test_ten_thousand_lines_with_three_hundred_wrong_ones(team, brief, klok):
    lines = ["e-mailadres"]
    for number in range(10_000):
        lines.append(
            "geen adres" if number % 33 == 0 and number < 9900 else f"l{number}@example.org"
        )
    with CaptureQueriesContext(connection) as queries:
        answer = stuur(team, brief, "\n".join(lines))
    assert len(queries) < 120
    with CaptureQueriesContext(connection) as queries:
        assert "9700 regels zijn klaar" in tekst(team.get(answer["Location"]))
    assert len(queries) < 25
    team.post(answer["Location"])
    assert Abonnement.objects.filter(lijst=brief, staat=Staat.ACTIEF).count() == 9700
    assert Toestemming.objects.filter(soort=Soort.INGEVOERD).count() == 9700
    assert len(rows_of(team.get(f"{answer['Location']}niet-ingevoerd/"))) == 301
    assert len(Invoer.objects.get().regels) == 300, "who came in is kept in one place"


def test_nothing_is_half_brought_in(team, brief, klok, monkeypatch):
    stuur(team, brief, "e-mail\n" + "\n".join(f"l{number}@example.org" for number in range(900)))
    made = Invoer.objects.get()

    def breaks(*args, **kwargs):
        raise RuntimeError("de database valt uit")

    monkeypatch.setattr(Toestemming.objects, "bulk_create", breaks)
    with pytest.raises(RuntimeError):
        invoer.voer_in(made.pk, gebruiker=None)
    assert not Abonnee.objects.exists()
    assert not Abonnement.objects.exists()
    made.refresh_from_db()
    assert made.uitgevoerd_op is None
    monkeypatch.undo()
    invoer.voer_in(made.pk, gebruiker=None)
    assert Abonnement.objects.count() == 900
    with pytest.raises(NietMogelijk, match="al ingevoerd"):
        invoer.voer_in(made.pk, gebruiker=None)


def test_who_leaves_between_the_look_and_the_button_is_not_brought_back(team, brief, klok):
    answer = stuur(team, brief, "e-mail\nlien@example.org\npiet@example.org\n")
    lien = abonneer(LIEN, brief)
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    privacy.erase("piet@example.org")
    team.post(answer["Location"])
    assert staten() == {"netwerkgemeente": "weg"}
    assert staten("piet@example.org") == {}
    assert "0 mensen zijn ingeschreven" in tekst(team.get(answer["Location"]))


@pytest.mark.parametrize(
    ("inhoud", "words"),
    [
        ("", "leeg"),
        ("\n\n;;\n", "Dit bestand is leeg."),
        ("naam;telefoon\nLien;123\n", "Geen kolom met e-mailadressen gevonden."),
        (b"PK\x03\x04\x00\x00rest", "Dit is geen CSV-bestand."),
        ("e-mail\n" + "x" * 200_000, "is niet te lezen"),
        (f'e-mail;naam\n{LIEN};"Lien\n{MARK};Mark\n{NORA};Nora\n', "Op regel 2 begint"),
        (f'e-mail;naam\n{LIEN};Lien\n{MARK};"Mark\n{NORA};"Nora"\n', "Op regel 3 begint"),
    ],
)
def test_a_file_that_makes_no_sense_says_why_and_keeps_the_rest(team, brief, inhoud, words):
    answer = stuur(team, brief, inhoud)
    assert answer.status_code == 422
    page = tekst(answer)
    assert words in page
    assert BEWIJS["bewijs"] in page
    assert not Invoer.objects.exists()


@pytest.mark.parametrize("field", ["tekst", "gegeven_op", "bewijs", "zeker"])
def test_without_proof_nothing_is_looked_at(team, brief, field):
    assert stuur(team, brief, "e-mail\nlien@example.org\n", **{field: ""}).status_code == 422
    assert not Invoer.objects.exists()


def test_proof_from_the_future_is_refused(team, brief):
    answer = stuur(team, brief, "e-mail\nlien@example.org\n", gegeven_op="2026-11-25")
    assert "Deze dag moet nog komen." in tekst(answer)


@pytest.mark.parametrize(
    "inhoud",
    [
        "lien@example.org\n",
        "\ufeffE-mail\r\nlien@example.org\r\n",
        'naam,email\n"Voorbeeld, Lien",lien@example.org\n',
        "Naam\tE-mail\nLien\tlien@example.org\n",
        "Naam;E-mail\nL\xefen;lien@example.org\n".encode("cp1252"),
        "Lien;lien@example.org\nPiet;\n",
    ],
)
def test_files_as_spreadsheets_write_them_are_read(team, brief, inhoud):
    assert stuur(team, brief, inhoud).status_code == 302
    assert oordelen()["lien@example.org"] == "nieuw"


def test_a_file_is_forgotten_after_a_week_and_by_who_asks(team, brief, klok):
    stuur(team, brief, "e-mail\nlien@example.org\npiet@example.org\n")
    assert len(privacy.find(LIEN)["ingevoerd"]) == 1
    privacy.erase(LIEN)
    assert list(oordelen()) == ["piet@example.org"]
    klok.shift(datetime.timedelta(days=8))
    call_command("tick")
    assert not Invoer.objects.exists()
