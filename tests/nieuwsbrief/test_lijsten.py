"""The lists themselves: when one can be deleted, and who its mails are from."""

import pytest
from django.db.models import ProtectedError

from nieuwsbrief.models import Lijst, Uitschrijving
from nieuwsbrief.services import privacy
from tests.nieuwsbrief.conftest import LIEN, abonneer, laatste_mail, tekst, vraag_aan
from tests.nieuwsbrief.verzend import keur_goed, schrijf, verstuurd, werk, zet_klaar

pytestmark = pytest.mark.django_db

LIJSTEN = "/admin/nieuwsbrief/lijsten/"


def test_a_list_with_readers_is_not_deleted_and_says_what_to_do(klok, admin_client, brief):
    abonneer(LIEN, brief)
    for press in (admin_client.get, admin_client.post):
        answer = press(f"{LIJSTEN}delete/{brief.pk}/", follow=True)
        assert answer.request["PATH_INFO"] == f"{LIJSTEN}edit/{brief.pk}/"
        assert "de lijst heeft of had lezers" in tekst(answer)
    assert Lijst.objects.filter(pk=brief.pk).exists()


def test_nor_is_one_that_everybody_left(klok, admin_client, brief):
    """Who left may not be mailed again, whatever list comes back under the same name."""
    abonneer(LIEN, brief)
    privacy.erase(LIEN)
    admin_client.post(f"{LIJSTEN}delete/{brief.pk}/")
    assert Uitschrijving.objects.filter(lijst=brief).exists()
    with pytest.raises(ProtectedError):
        brief.delete()


def test_a_list_that_nobody_ever_read_can_be_deleted(klok, admin_client):
    extra = Lijst.objects.create(naam="Vergissing", slug="vergissing", uitleg="Niets.")
    assert "Vergissing" in tekst(admin_client.get(f"{LIJSTEN}delete/{extra.pk}/"))
    admin_client.post(f"{LIJSTEN}delete/{extra.pk}/")
    assert not Lijst.objects.filter(pk=extra.pk).exists()


@pytest.mark.parametrize("usual", ["site@example.org", "De site <site@example.org>"])
def test_a_list_with_only_a_name_mails_from_the_usual_address_under_that_name(
    client, admin_client, brief, lezers, ann, bert, settings, usual
):
    settings.DEFAULT_FROM_EMAIL = usual
    form = {
        "naam": brief.naam,
        "slug": brief.slug,
        "uitleg": brief.uitleg,
        "afzender_naam": "Vrije tijd Heist-op-den-Berg",
        "zichtbaar": "on",
        "actief": "on",
        "volgorde": 0,
    }
    assert admin_client.post(f"{LIJSTEN}edit/{brief.pk}/", form).status_code == 302
    brief = Lijst.objects.get(pk=brief.pk)
    zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    werk()
    own = "Vrije tijd Heist-op-den-Berg <site@example.org>"
    assert {mail["From"] for mail in verstuurd()} == {own}
    vraag_aan(client, brief, adres="nieuw@example.org")
    assert laatste_mail("bevestig").afzender == own


def test_a_list_without_name_and_address_mails_as_the_site_does(client, klok, brief, settings):
    settings.DEFAULT_FROM_EMAIL = "De site <site@example.org>"
    Lijst.objects.update(afzender_naam="", afzender_adres="")
    vraag_aan(client, brief)
    assert laatste_mail("bevestig").afzender == "De site <site@example.org>"
