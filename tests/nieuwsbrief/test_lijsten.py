"""The lists themselves: when one can be deleted, and who its mails are from."""

import pytest
from django.db.models import ProtectedError

from nieuwsbrief.models import Lijst, Uitschrijving
from nieuwsbrief.services import privacy
from tests.nieuwsbrief.conftest import LIEN, abonneer, tekst

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
