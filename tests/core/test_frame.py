"""What stands around the text of a page: menu, languages, notices."""

import datetime

import pytest
from wagtail.models import Locale, Page

from core.models import MenuItem, Notitie, SiteInstellingen
from tests.factories import ContentPageFactory, NotitieFactory, home
from tests.markup import ask

pytestmark = pytest.mark.django_db


def menu_of(answer):
    return [link.get_text(strip=True) for link in answer.soup.select("nav.menu-breed a")]


def test_the_menu_stands_in_the_order_of_the_editors(at_launch):
    titles = menu_of(ask("/"))
    assert titles[0] == "Trajecten"
    first = MenuItem.objects.filter(plaats="boven").order_by("sort_order").first()
    first.sort_order = 99
    first.save()
    assert menu_of(ask("/")) == [*titles[1:], titles[0]]


def test_a_page_that_is_unpublished_leaves_the_menu(at_launch):
    assert "Contact" in menu_of(ask("/"))
    Page.objects.get(slug="contact", locale__language_code="nl").specific.unpublish()
    assert "Contact" not in menu_of(ask("/"))


def test_the_menu_of_another_language_holds_only_what_is_translated(at_launch):
    answer = ask("/fr/")
    links = [link["href"] for link in answer.soup.select("nav.menu-breed a")]
    assert links
    assert all(link.startswith("/fr/") for link in links)
    assert len(links) < len(menu_of(ask("/")))


def test_a_page_without_translation_offers_no_other_language(at_launch):
    answer = ask(ContentPageFactory().get_url())
    assert answer.soup.select("nav.talen") == []
    assert answer.soup.find("link", hreflang=True) is None


def test_a_translation_that_is_a_draft_is_not_offered(at_launch):
    page = home()
    assert len(ask("/").soup.select("nav.talen a")) == 3
    page.get_translation(Locale.objects.get(language_code="fr")).specific.unpublish()
    links = [link["hreflang"] for link in ask("/").soup.select("nav.talen a")]
    assert links == ["nl-BE", "en"]


def test_a_page_without_translation_is_not_found_in_another_language(at_launch):
    assert ask("/vorming/").response.status_code == 200
    assert ask("/fr/vorming/").response.status_code == 404


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (datetime.date(2026, 12, 9), False),
        (datetime.date(2026, 12, 10), True),
        (datetime.date(2026, 12, 20), True),
        (datetime.date(2026, 12, 21), False),
    ],
)
def test_a_notice_stands_from_its_first_to_its_last_day(day, shown, on_day):
    NotitieFactory(
        titel="Kerstsluiting",
        begin=datetime.date(2026, 12, 10),
        einde=datetime.date(2026, 12, 20),
    )
    on_day(day)
    assert ("Kerstsluiting" in ask("/contact/").visible_text()) is shown
    assert "Kerstsluiting" not in ask("/fr/").visible_text()


def test_a_notice_without_last_day_stays(on_day):
    NotitieFactory(titel="Nieuwe helpdesk", einde=None)
    on_day(datetime.date(2036, 1, 1))
    assert "Nieuwe helpdesk" in ask("/").visible_text()


def test_a_notice_that_is_a_draft_is_not_shown(at_launch):
    NotitieFactory(titel="Nog niet", live=False)
    assert "Nog niet" not in ask("/").visible_text()


def test_without_settings_every_page_still_works(at_launch):
    SiteInstellingen.objects.all().delete()
    Notitie.objects.all().delete()
    for address in ("/", "/contact/", "/fr/", "/zoeken/", "/trajecten/opstarttraject/"):
        answer = ask(address)
        assert answer.response.status_code == 200, address
        assert "None" not in answer.visible_text()


def test_contact_details_come_from_the_settings(at_launch):
    SiteInstellingen.objects.update(helpdesk_telefoon="02 123 45 67")
    details = SiteInstellingen.objects.get()
    details.helpdesk_e_mail = "helpdesk@example.org"
    details.save()
    answer = ask("/contact/")
    assert "helpdesk@example.org" in answer.soup.footer.get_text()
    assert answer.soup.find("a", href="tel:021234567") is not None


def test_an_address_that_does_not_fit_breaks_after_its_at_sign(at_launch):
    details = SiteInstellingen.objects.get()
    details.helpdesk_e_mail = "vrije.tijd&co@gemeente.example.org"
    details.save()
    link = ask("/contact/").soup.footer.find("a", href=f"mailto:{details.helpdesk_e_mail}")
    pieces = [piece for piece in link.contents if not hasattr(piece, "name") or piece.name is None]
    assert pieces == ["vrije.tijd&co@", "gemeente.example.org"]
    assert [wbr.name for wbr in link.find_all(True)] == ["wbr"]
