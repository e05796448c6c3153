"""The words of search: what is the same word, what is a compound, what is left alone."""

import pytest

from core.search.rules import read_rules
from core.search.words import fold, halves, keys, tokens
from tests.factories import SynoniemgroepFactory, WoordvormFactory

TAUGHT = frozenset({"vrijetijd", "armoede", "opstart", "uitpas"})


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Dēmos", "demos"), ("Coördinator", "coordinator"), ("CAFÉ", "cafe"), ("straße", "strasse")],
)
def test_accents_and_capitals_make_no_difference(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("De afsprakennota's van 2027-2032", ["de", "afsprakennota", "van", "2027", "2032"]),
        ("IGS'en, OCMW’s en OP/TIL", ["igs", "ocmw", "en", "op", "til"]),
        ("l'accord d’Anvers", ["accord", "anvers"]),
        ("zo'n <b>vraag</b>?! 😀", ["zon", "b", "vraag", "b"]),
        ("x" * 500, []),
        ("", []),
    ],
)
def test_a_text_falls_apart_in_its_words(text, words):
    assert [token.folded for token in tokens(text)] == words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("nl", "subsidies", "subsidie"),
        ("nl", "steden", "stad"),
        ("nl", "gemeentes", "gemeenten"),
        ("nl", "nieuwsbrieven", "nieuwsbrief"),
        ("nl", "aanvragen", "aanvraag"),
        ("fr", "réseaux", "réseau"),
        ("fr", "communales", "communale"),
        ("en", "networks", "network"),
        ("en", "children", "child"),
    ],
)
def test_forms_of_a_word_are_the_same_word(language, one, other):
    assert set(keys(one, language)) & set(keys(other, language))


def test_different_words_stay_different():
    words = ["opstart", "doorstart", "subsidie", "stad", "nota", "netwerk", "partner"]
    found = [key for word in words for key in keys(word, "nl")]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("netwerkregisseur", ("netwerk", "regisseur")),
        ("subsidieaanvraag", ("subsidie", "aanvraag")),
        ("vrijetijdsparticipatie", ("vrijetijd", "participatie")),
        ("armoedevereniging", ("armoede", "vereniging")),
        ("opstarttraject", ("opstart", "traject")),
        ("gemeenteraad", ("gemeente", "raad")),
        ("uitpaskorting", ("uitpas", "korting")),
        # No compounds: one word, a particle before it, an ending behind it.
        ("vereniging", ()),
        ("ondersteuning", ()),
        ("verantwoordelijk", ()),
        ("gemeente", ()),
        ("lokaal", ()),
    ],
)
def test_a_compound_is_known_by_its_parts(word, parts):
    assert halves(word, "nl", TAUGHT) == parts


def test_other_languages_have_no_compounds():
    assert halves("networkmanager", "en", TAUGHT) == ()


@pytest.mark.django_db
def test_an_editor_can_correct_a_form_of_a_word():
    def keys_of(word):
        return read_rules("nl").keys_of(next(tokens(word)))

    assert keys_of("speeltuin") != keys_of("buurtplein")
    WoordvormFactory(woord="Speeltuin", telt_als="buurtplein")
    assert keys_of("speeltuin") == keys_of("buurtplein")
    assert set(keys_of("speelde")) & set(keys_of("spelen"))
    WoordvormFactory(woord="speelde", telt_als="speelde")
    assert keys_of("speelde") == ("speelde",)


@pytest.mark.django_db
def test_words_of_editors_are_parts_of_compounds():
    assert halves("zwibbelfeest", "nl", read_rules("nl").taught) == ()
    SynoniemgroepFactory(woorden="zwibbel, zwabbel")
    assert halves("zwibbelfeest", "nl", read_rules("nl").taught) == ("zwibbel", "feest")
