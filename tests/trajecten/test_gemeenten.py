"""The Flemish municipalities: every one is known, under its name of today and that of before."""

import pytest

from core import gemeenten, memo
from trajecten.models import Gemeente, VroegereGemeente

pytestmark = pytest.mark.django_db


def test_the_launch_knows_the_285_municipalities_of_2025():
    assert Gemeente.objects.count() == 285
    assert set(Gemeente.objects.values_list("provincie", flat=True)) == {
        "Antwerpen",
        "Limburg",
        "Oost-Vlaanderen",
        "Vlaams-Brabant",
        "West-Vlaanderen",
    }
    assert Gemeente.objects.find("Beveren-Kruibeke-Zwijndrecht").gemeente.nis == "46030"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Antwerpen", "Antwerpen"),
        ("  antwerpen ", "Antwerpen"),
        ("HERENTALS", "Herentals"),
        ("sint truiden", "Sint-Truiden"),
        ("St.-Truiden", "Sint-Truiden"),
        ("Puurs Sint Amands", "Puurs-Sint-Amands"),
        ("Heist op den berg", "Heist-op-den-Berg"),
        ("De Pinte", "Nazareth-De Pinte"),
        ("Borsbeek", "Antwerpen"),
        ("Knesselare", "Aalter"),
        ("tongeren", "Tongeren-Borgloon"),
        ("9000 Gent", "Gent"),
        ("Stad St.-Niklaas", "Sint-Niklaas"),
    ],
)
def test_a_name_finds_its_municipality(typed, name):
    assert Gemeente.objects.find(typed).gemeente.naam == name


def test_a_former_name_says_since_when_it_is_another():
    found = Gemeente.objects.find("borsbeek")
    assert found.vroegere.naam == "Borsbeek"
    assert found.vroegere.ingang.year == 2025
    # Aalter merged too, but kept its name.
    assert Gemeente.objects.find("Aalter").vroegere is None


def test_every_former_name_finds_a_municipality_of_today():
    former = VroegereGemeente.objects.all()
    assert len(former) == 43
    for row in former:
        assert Gemeente.objects.find(row.naam), row


@pytest.mark.parametrize("typed", ["", " ", "-", "Brussel", "Rotterdam", "é", "x" * 5000])
def test_what_is_no_flemish_municipality_is_not_found(typed):
    assert Gemeente.objects.find(typed) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Herentaals", "Herentals"), ("Antwerpn", "Antwerpen"), ("Borsbeck", "Borsbeek"), ("qqq", "")],
)
def test_a_typing_error_has_a_suggestion(typed, name):
    assert Gemeente.objects.nearest(typed) == name


def test_every_name_can_be_chosen():
    names = gemeenten.gids().namen
    assert len(names) == 285 + 43 - 8
    assert names[:2] == ("Aalst", "Aalter")


@pytest.mark.parametrize(
    ("typed", "written", "today"),
    [
        ("herentals", "Herentals", "Herentals"),
        (" st  truiden", "Sint-Truiden", "Sint-Truiden"),
        ("9000 Gent", "Gent", "Gent"),
        ("Gemeente Temse", "Temse", "Temse"),
        ("2150 borsbeek", "Borsbeek", "Antwerpen"),
        ("Gemeente", "Gemeente", "Gemeente"),
        (" Stad  Brussel", "Stad Brussel", "Brussel"),
        ("", "", ""),
    ],
)
def test_a_name_is_written_as_it_is_written(typed, written, today):
    assert gemeenten.gids().spelling(typed) == written
    assert gemeenten.gids().van_vandaag(typed) == today


def test_a_municipality_that_an_editor_adds_can_be_chosen_at_once():
    def seen():
        memo.begin()
        return "Nieuwstad" in gemeenten.gids().namen

    assert not seen()
    merged = Gemeente.objects.create(nis="99999", naam="Nieuwstad", provincie="Limburg")
    assert seen()
    merged.delete()
    assert not seen()
