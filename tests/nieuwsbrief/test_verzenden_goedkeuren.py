"""An issue is approved by somebody else than who wrote it, exactly as she saw it."""

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry
from wagtail.rich_text import RichText

from core import clock
from nieuwsbrief.models import NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import goedkeuren, verzenden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VerzendStaat
from tests.nieuwsbrief.verzend import (
    keur_goed,
    leeg_de_postkamer,
    publiceer,
    schrijf,
    verstuurd,
    ververs,
    werk,
    zet_klaar,
)

pytestmark = pytest.mark.django_db


def test_who_wrote_the_last_version_does_not_approve_it(uitgave, ann, bert):
    with pytest.raises(NietMogelijk, match="collega"):
        keur_goed(uitgave, ann)
    assert not Verzending.objects.exists()
    publiceer(uitgave, bert)
    uitgave.refresh_from_db()
    with pytest.raises(NietMogelijk, match="collega"):
        keur_goed(uitgave, bert)
    assert keur_goed(uitgave, ann).staat == VerzendStaat.GOEDGEKEURD


def test_a_team_of_one_approves_its_own(uitgave, ann):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.alleen_goedkeuren = True
    instellingen.save()
    assert keur_goed(uitgave, ann).goedgekeurd_door == ann


def test_only_what_is_on_the_site_can_be_approved(uitgave, bert):
    uitgave.unpublish()
    uitgave.refresh_from_db()
    with pytest.raises(NietMogelijk, match="Publiceer"):
        keur_goed(uitgave, bert)


def test_a_draft_newer_than_the_live_version_does_not_go_along(uitgave, ann, bert, lezers, klok):
    uitgave.onderwerp = "Een onderwerp dat nog niemand goedkeurde"
    uitgave.save_revision(user=ann)
    uitgave.refresh_from_db()
    leeg_de_postkamer()
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert verzending.onderwerp == "Nieuws over netwerken"
    assert {mail["Subject"] for mail in verstuurd()} == {"Nieuws over netwerken"}


def test_a_version_that_changed_while_she_looked_is_not_approved(uitgave, ann, bert):
    seen = uitgave.live_revision_id
    publiceer(uitgave, ann)
    with pytest.raises(NietMogelijk, match="gewijzigd"):
        goedkeuren.keur_goed(page=uitgave, revisie_nr=seen, door=bert)


def test_an_issue_without_a_list_is_stopped(ann, bert):
    with pytest.raises(NietMogelijk, match="lijst"):
        keur_goed(schrijf(ann), bert)
    assert not Verzending.objects.exists()


def test_an_issue_with_something_wrong_that_stops_it_is_not_approved(uitgave, ann, bert):
    uitgave.body = [("inleiding", RichText("<p>Er is nieuws.</p>")), ("kop", "")]
    uitgave = publiceer(uitgave, ann)
    with pytest.raises(NietMogelijk, match=r"Blok 2 .* is leeg. Vul het blok in"):
        keur_goed(uitgave, bert)
    assert not Verzending.objects.exists()


def test_one_sending_per_issue_unless_cancelled(goed, uitgave, ann, bert):
    with pytest.raises(NietMogelijk):
        keur_goed(uitgave, bert)
    with pytest.raises(NietMogelijk):
        goedkeuren.vraag_goedkeuring(page=uitgave, door=ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verzending.objects.create(
            pagina=uitgave,
            pagina_nr=uitgave.pk + 1,
            revisie_nr=uitgave.live_revision_id,
            onderwerp="x",
            gemaakt_op=clock.now(),
        )
    verzenden.annuleer(verzending=goed, door=bert)
    assert keur_goed(uitgave, bert).pk != goed.pk


def test_an_edit_after_approval_changes_nothing_in_the_run(goed, uitgave, ann, bert):
    zet_klaar(goed, bert)
    uitgave.onderwerp = "Helemaal anders"
    uitgave.body = [("inleiding", RichText("<p>Niet meer hetzelfde.</p>"))]
    publiceer(uitgave, ann)
    werk()
    assert len(verstuurd()) == 3
    for mail in verstuurd():
        assert mail["Subject"] == "Nieuws over netwerken"
        assert "Er is nieuws." in mail.get_body(["plain"]).get_content()
    assert ververs(goed).sha256 == goed.bericht.sha256


def test_every_change_is_in_the_log_and_names_nobody(goed, bert):
    zet_klaar(goed, bert)
    verzenden.pauzeer(verzending=goed, door=bert)
    verzenden.hervat(verzending=goed, door=bert)
    werk()
    rijen = ModelLogEntry.objects.for_instance(goed).order_by("pk")
    assert [rij.action.removeprefix("nieuwsbrief.verzending_") for rij in rijen] == [
        "goedgekeurd",
        "gestart",
        "gepauzeerd",
        "hervat",
        "klaar",
    ]
    assert not [rij for rij in rijen if "@" in f"{rij.label}{rij.data}"]
