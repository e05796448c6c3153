"""Anything in any order: places, queue, mails and calendars stay right after every step."""

import dataclasses
import datetime
from collections import Counter

import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import clock
from post.models import Bericht
from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.conftest import DINSDAG, enrol, persoon
from vorming.models import Inschrijving, Workshopkeuze
from vorming.services import (
    correctie,
    deelnemer,
    goedkeuren,
    privacy,
    sessies,
    verplaatsen,
    wachtlijst,
    werk,
)
from vorming.services.audit import audit
from vorming.services.basis import NietMogelijk, redactie
from vorming.services.dagen import dagen_gezien
from vorming.services.samenvoegen import merge
from vorming.staten import HOUDT_PLAATS, TOEGELATEN, Staat, Toestand

PEOPLE = st.integers(1, 9)
GROUPS = st.lists(PEOPLE, min_size=1, max_size=4, unique=True)


class SessieMachine(RuleBasedStateMachine):
    """Participants, editors and the clock do what they like to two sessions."""

    @initialize(
        capaciteit=st.integers(1, 4),
        doorschuiven=st.sampled_from(["direct", "aanbod"]),
        goedkeuring=st.booleans(),
        max_wachtlijst=st.none() | st.integers(0, 3),
        bezet=st.integers(0, 3),
    )
    def begin(self, capaciteit, doorschuiven, goedkeuring, max_wachtlijst, bezet):
        # An example leaves nothing behind for the next one.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.traveller = time_machine.travel(DINSDAG, tick=False)
        self.clock = self.traveller.start()
        self.door = redactie(User.objects.create_user("machine", password="x" * 14))
        self.sessie = SessieFactory(
            capaciteit=capaciteit,
            doorschuiven=doorschuiven,
            goedkeuring=goedkeuring,
            max_wachtlijst=max_wachtlijst,
            over=12,
        )
        self.workshop = WorkshopFactory(sessie=self.sessie, capaciteit=1)
        self.other = SessieFactory(capaciteit=2, over=20)
        for number in range(1, 1 + min(bezet, capaciteit)):
            enrol(self.sessie, number, door=self.door)
        self.seen: dict[int, str] = {}

    def teardown(self):
        if hasattr(self, "traveller"):
            self.traveller.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def some(self, number, *states):
        """Return the id of some enrolment, of a state or not, or None."""
        rows = Inschrijving.objects.order_by("pk")
        keys = list(
            (rows.filter(staat__in=states) if states else rows).values_list("pk", flat=True)
        )
        return keys[number % len(keys)] if keys else None

    def try_to(self, function, key, *args, **kwargs):
        if key is None:
            return
        try:
            function(key, *args, **kwargs)
        except NietMogelijk:
            return

    @rule(numbers=GROUPS, samen=st.booleans(), wachtlijst=st.booleans(), editor=st.booleans())
    def people_enrol(self, numbers, samen, wachtlijst, editor):
        options = {"door": self.door} if editor else {}
        try:
            enrol(self.sessie, *numbers, samen=samen, wachtlijst=wachtlijst, **options)
        except NietMogelijk:
            return

    @rule(numbers=st.lists(PEOPLE, min_size=2, max_size=4, unique=True), number=st.integers(0, 30))
    def a_group_comes_only_together(self, numbers, number):
        try:
            # More of them would never fit.
            made = enrol(self.sessie, *numbers[: self.sessie.capaciteit], samen=True)
        except NietMogelijk:
            return
        asking = made.inschrijvingen.filter(staat="aangevraagd")
        if asking:
            self._approve(asking[number % len(asking)].pk)

    @rule(number=st.integers(0, 30), editor=st.booleans())
    def somebody_cancels(self, number, editor):
        options = {"door": self.door} if editor else {}
        self.try_to(deelnemer.cancel, self.some(number), **options)

    @rule(number=st.integers(0, 30))
    def who_has_a_place_cancels(self, number):
        self.try_to(deelnemer.cancel, self.some(number, *HOUDT_PLAATS))

    @rule(number=st.integers(0, 30))
    def offer_accepted(self, number):
        self.try_to(wachtlijst.accept, self.some(number, "aangeboden"))

    @rule(number=st.integers(0, 30))
    def offer_refused(self, number):
        self.try_to(wachtlijst.decline, self.some(number, "aangeboden"))

    @rule(number=st.integers(0, 30), colleague=PEOPLE)
    def colleague_sent(self, number, colleague):
        self.try_to(deelnemer.swap, self.some(number), persoon=persoon(colleague))

    @rule(number=st.integers(0, 30), choose=st.booleans())
    def answers_changed(self, number, choose):
        self.try_to(
            deelnemer.change,
            self.some(number),
            functie="",
            antwoorden=[],
            workshops=[self.workshop.pk] if choose else [],
            voeding="",
            toegankelijkheid="",
        )

    @rule(number=st.integers(0, 30))
    def approved(self, number):
        key = self.some(number, "aangevraagd")
        if key is not None:
            self._approve(key)

    def _approve(self, key):
        """Approve somebody: who comes only together with her is treated as she is."""
        one = Inschrijving.objects.select_related("aanvraag").get(pk=key)
        group = [key, *Inschrijving.objects.vraagt_samen_met(one).values_list("pk", flat=True)]
        self.try_to(goedkeuren.approve, key, door=self.door)
        became = Inschrijving.objects.filter(pk__in=group).values_list("staat", flat=True)
        assert len(set(became)) == 1

    @rule(number=st.integers(0, 30))
    def refused(self, number):
        self.try_to(goedkeuren.refuse, self.some(number), reden="nee", door=self.door)

    @rule(number=st.integers(0, 30))
    def place_given_by_hand(self, number):
        self.try_to(wachtlijst.give_place, self.some(number, "wachtlijst"), door=self.door)

    @rule(capaciteit=st.integers(1, 6))
    def room_changes(self, capaciteit):
        sessies.set_capacity(self.sessie.pk, capaciteit, door=self.door)

    @rule(number=st.integers(0, 30), back=st.booleans())
    def moved(self, number, back):
        target = self.sessie if back else self.other
        self.try_to(verplaatsen.move, self.some(number), target.pk, door=self.door)

    @rule(number=st.integers(0, 30), back=st.booleans())
    def moved_with_her_group(self, number, back):
        target = self.sessie if back else self.other
        self.try_to(verplaatsen.move_group, self.some(number), target.pk, door=self.door)

    @rule(keep=st.integers(0, 30), gone=st.integers(0, 30))
    def two_become_one(self, keep, gone):
        rows = Inschrijving.objects.actief().filter(geanonimiseerd_op=None).order_by("pk")
        keys = list(rows.filter(sessie=self.sessie).values_list("pk", flat=True))
        if keys:
            other = keys[gone % len(keys)]
            self.try_to(merge, keys[keep % len(keys)], other, door=self.door)

    @rule(numbers=st.lists(st.integers(0, 30), min_size=2, max_size=4))
    def several_are_cancelled_at_one_stroke(self, numbers):
        rows = Inschrijving.objects.actief().filter(sessie=self.sessie).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            chosen = sorted({keys[number % len(keys)] for number in numbers})
            deelnemer.cancel_together(chosen, door=self.door)

    @rule(staat=st.sampled_from(["open", "gesloten"]))
    def opened_or_closed(self, staat):
        try:
            sessies.set_state(self.sessie.pk, staat, door=self.door)
        except NietMogelijk:
            return

    @rule(number=st.integers(0, 30))
    def offer_withdrawn(self, number):
        self.try_to(wachtlijst.withdraw, self.some(number, "aangeboden"), door=self.door)

    @rule(number=st.integers(0, 30), colleague=PEOPLE)
    def corrected(self, number, colleague):
        who = persoon(colleague)
        self.try_to(
            correctie.correct,
            self.some(number),
            voornaam=who.voornaam,
            naam=who.naam,
            e_mail=who.e_mail,
            functie="",
            door=self.door,
        )

    @rule(days=st.integers(1, 25))
    def day_moved(self, days):
        begin = clock.now() + datetime.timedelta(days=days)
        (dag,) = dagen_gezien(self.sessie)
        wanted = dataclasses.replace(dag, begin=begin, einde=begin + datetime.timedelta(hours=6))
        try:
            sessies.change(self.sessie.pk, velden={}, dagen=[wanted], door=self.door)
        except (NietMogelijk, ValidationError):
            return

    @rule()
    def other_session_cancelled(self):
        self.try_to(sessies.cancel, self.other.pk, reden="ziek", door=self.door)

    @rule(number=PEOPLE)
    def somebody_erased(self, number):
        privacy.erase(f"sara{number}@example.org", door=self.door)

    @rule(hours=st.sampled_from([1, 5, 24, 49]))
    def time_passes(self, hours):
        self.clock.shift(datetime.timedelta(hours=hours))
        werk.move_up()
        werk.remind()

    # --- What always holds ----------------------------------------------------------

    @invariant()
    def the_audit_is_clean(self):
        assert audit() == []

    @invariant()
    def only_allowed_steps(self):
        now = dict(Inschrijving.objects.values_list("pk", "staat"))
        for key, staat in now.items():
            before = self.seen.get(key, staat)
            assert staat == before or staat in reachable(before), (before, staat)
        self.seen = now

    @invariant()
    def no_kind_of_mail_twice_for_one_cause(self):
        keys = Counter(Bericht.objects.values_list("sleutel", flat=True))
        assert [key for key, number in keys.items() if number > 1] == []

    @invariant()
    def every_workshop_place_has_a_person_with_a_place(self):
        taken = Workshopkeuze.objects.filter(plaats__isnull=False)
        assert not taken.exclude(inschrijving__staat__in=HOUDT_PLAATS).exists()

    @invariant()
    def a_page_says_what_is_so(self):
        found = type(self.sessie).objects.met_tellingen().get(pk=self.sessie.pk)
        held = Inschrijving.objects.met_plaats().filter(sessie=found).count()
        assert (found.bezet, found.vrij) == (held, max(0, found.capaciteit - held))
        # What it promises is what the enrolment does.
        may = wachtlijst.kan_meteen(found, clock.now(), found.vrij)
        if found.kan_inschrijven:
            assert (found.toestand != Toestand.WACHTLIJST) == (may > 0)
        elif found.toestand == Toestand.VOLZET:
            assert not may


def reachable(staat):
    """Return the states that allowed steps lead to."""
    found, todo = set(), [Staat(staat)]
    while todo:
        for step in TOEGELATEN[todo.pop()]:
            if step not in found:
                found.add(step)
                todo.append(step)
    return found


class TestSessie(TestCase, SessieMachine.TestCase):
    settings = hypothesis_settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        # A run of this length can be read as it is; making it shorter takes minutes.
        phases=[Phase.generate],
    )
