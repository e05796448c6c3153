"""Schedulers at once, presses at once and a process that is killed, on the real database."""

from tests.nieuwsbrief import verzend_menigte
from tests.nieuwsbrief.verzend_menigte import LEZERS

ALLES = {
    "staat": "verzenden",
    "kandidaten": LEZERS,
    "leveringen": LEZERS,
    "adressen": LEZERS,
    "verwacht": LEZERS,
    "gestart": 1,
}


def right(found) -> bool:
    return {name: found[name] for name in ALLES} == ALLES


def test_many_schedulers_at_once_start_it_once(echte_databank):
    found = verzend_menigte.ask(echte_databank, "planners")
    assert found["uitkomsten"] == {"gelukt": 16}, found["fouten"]
    assert right(found), found


def test_many_presses_at_once_send_it_once(echte_databank):
    found = verzend_menigte.ask(echte_databank, "klikken")
    assert found["uitkomsten"] == {"gelukt": 1, "NietMogelijk": 15}, found["fouten"]
    assert right(found), found


def test_killed_while_choosing_the_recipients_nobody_is_lost_or_doubled(echte_databank):
    found = verzend_menigte.ask(echte_databank, "gedood")
    assert found["halverwege"] > 0, "no kill hit while it was under way"
    assert right(found), found
