"""The command that loads the launch content: creates what is missing, touches nothing else."""

import shutil
from io import StringIO

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from wagtail.models import Page, Revision, Site

from core.models import Begrip, Bron, MenuItem, Notitie, SiteInstellingen, Termijn
from home.content import files, translations
from home.content.files import read_pages, read_table, stable_key
from home.management.commands.load_demo import PASSWORD, USERNAME
from home.models import ArtikelPage, ContentPage
from trajecten.models import StapPage, TrajectIndexPage

pytestmark = pytest.mark.django_db

CONTENT_APPS = [
    "home",
    "trajecten",
    "vorming",
    "nieuwsbrief",
    "core",
    "wagtailcore",
    "taggit",
    "auth",
    "wagtail_localize",
]


def load(command="load_content"):
    output = StringIO()
    call_command(command, stdout=output)
    return output.getvalue().strip()


def everything():
    """Return every row of the tables that content can be in."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for label in CONTENT_APPS
        for model in apps.get_app_config(label).get_models()
    }


def launch_page(address) -> Page:
    return Page.objects.get(
        translation_key=stable_key("paginas", address), locale__language_code="nl"
    ).specific


def save_as_editor(page):
    page.save_revision().publish()


@pytest.fixture
def own_files(tmp_path, monkeypatch):
    """Let the command read a copy of the content files; return the folder of the copy."""
    copy = tmp_path / "content"
    shutil.copytree(files.FOLDER, copy)
    for module in (files, translations):
        monkeypatch.setattr(module, "FOLDER", copy)
    return copy


def change_yaml(path, change):
    content = yaml.safe_load(path.read_text())
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


# --- Loading --------------------------------------------------------------------


def test_every_file_became_a_published_page_at_its_address():
    pages = read_pages()
    assert len(pages) > 40
    root = Site.objects.get(is_default_site=True).root_page
    for file in pages:
        page = launch_page(file.address)
        assert page.live
        assert page.url_path == root.url_path + file.address.lstrip("/")
        assert isinstance(page, apps.get_model(file.model))


@pytest.mark.parametrize(
    ("table", "model"),
    [("bronnen", Bron), ("termijnen", Termijn), ("begrippen", Begrip), ("notities", Notitie)],
)
def test_every_fact_in_the_files_is_there(table, model):
    keys = set(read_table(table))
    assert keys
    assert keys == set(
        model.objects.filter(locale__language_code="nl").values_list("sleutel", flat=True)
    )


def test_the_order_of_the_steps_is_the_order_of_the_files():
    names = [file.address for file in read_pages() if "/opstarttraject/" in file.address][1:]
    steps = launch_page("/trajecten/opstarttraject/").stappen
    assert [launch_page(name).pk for name in names] == [step.pk for step in steps]


def test_every_page_knows_how_many_pages_are_below_it():
    # Otherwise a new page in French takes the place of another.
    assert not any(Page.find_problems())
    french = Page.objects.get(depth=2, locale__language_code="fr")
    assert french.numchild == french.get_children().count() > 0


def test_a_second_run_creates_and_changes_nothing():
    before = everything()
    assert sum(map(len, before.values())) > 500
    assert load() == "Inhoud geladen: 0 pagina's en 0 gegevens gemaakt, 0 vertaald."
    after = everything()
    assert {label for label in before if before[label] != after[label]} == set()


def test_nothing_an_editor_changed_is_overwritten():
    page = launch_page("/contact/")
    page.title = "Zo bereik je ons"
    page.body = []
    save_as_editor(page)
    bron = Bron.objects.get(sleutel="demos-opstart", locale__language_code="nl")
    bron.titel = "Een betere titel"
    bron.save()
    SiteInstellingen.objects.update(helpdesk_e_mail="elders@example.org")
    MenuItem.objects.filter(plaats="voet").delete()
    Group.objects.get(name="Redacteurs").permissions.clear()
    before = everything()
    load()
    assert everything() == before


def test_a_renamed_page_stays_renamed():
    page = launch_page("/over/ondersteuning/")
    page.slug = "hulp"
    save_as_editor(page)
    count = Page.objects.count()
    load()
    assert Page.objects.count() == count
    assert launch_page("/over/ondersteuning/").slug == "hulp"


def test_a_moved_page_stays_where_the_editor_put_it():
    page = launch_page("/over/ondersteuning/")
    page.move(launch_page("/"), pos="last-child")
    count = Page.objects.count()
    load()
    assert Page.objects.count() == count
    assert Page.objects.get(pk=page.pk).get_parent().pk == launch_page("/").pk


def test_an_unpublished_page_stays_unpublished():
    launch_page("/contact/").unpublish()
    load()
    assert not launch_page("/contact/").live


def test_only_what_is_missing_is_made_again():
    artikel = ArtikelPage.objects.filter(locale__language_code="nl").first()
    key, text = artikel.translation_key, str(artikel.body)
    artikel.delete()
    begrip = Begrip.objects.filter(locale__language_code="nl").first()
    begrip.delete()
    others = set(Page.objects.values_list("pk", "latest_revision_id"))
    assert load().startswith("Inhoud geladen: 1 pagina's en 1 gegevens gemaakt")
    made = ArtikelPage.objects.get(translation_key=key)
    assert made.live
    assert str(made.body) == text
    assert set(Page.objects.values_list("pk", "latest_revision_id")) == others | {
        (made.pk, made.latest_revision_id)
    }
    assert Begrip.objects.filter(translation_key=begrip.translation_key).exists()


def test_a_link_in_a_text_follows_a_page_that_is_renamed(client):
    text = client.get("/").content.decode()
    assert 'href="/over/wat-is-een-lokaal-netwerk/"' in text
    page = launch_page("/over/wat-is-een-lokaal-netwerk/")
    page.slug = "uitleg"
    save_as_editor(page)
    assert 'href="/over/uitleg/"' in client.get("/").content.decode()


# --- Faults in the files ---------------------------------------------------------


def rename_inleiding(content):
    content["inleidng"] = content.pop("inleiding")


def unknown_rules(content):
    content["regelkaders"] = ["regels-die-niet-bestaan"]


def unknown_block(content):
    content["body"].append({"tekstje": "<p>Verloren.</p>"})


def unknown_name_in_block(content):
    content["body"].append({"let_op": {"titel": "Kijk", "tekst": "<p>Uit.</p>", "srt": "info"}})


def dead_link(content):
    content["body"].append({"tekst": '<p><a href="pagina:/bestaat-niet/">Hier</a></p>'})


def too_long(content):
    content["samenvatting"] = "lang " * 60


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (rename_inleiding, "inleidng"),
        (unknown_rules, "regels-die-niet-bestaan"),
        (unknown_block, "tekstje"),
        (unknown_name_in_block, "srt"),
        (dead_link, "/bestaat-niet/"),
        (too_long, "samenvatting"),
    ],
)
def test_a_fault_in_a_page_is_named_and_nothing_is_half_loaded(own_files, fault, named):
    # Two pages are missing, and the file of the second is wrong.
    launch_page("/over/ondersteuning/").delete()
    launch_page("/contact/").delete()
    change_yaml(own_files / "nl" / "paginas" / "contact.yaml", fault)
    before = everything()
    with pytest.raises(CommandError) as refusal:
        load()
    assert "/contact/" in str(refusal.value)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything() == before


def test_the_copy_of_the_files_loads_without_fault(own_files):
    # The negative control of the test above.
    launch_page("/contact/").delete()
    load()
    assert launch_page("/contact/").live


@pytest.mark.parametrize(
    ("table", "row", "named"),
    [
        ("bronnen", {"titel": "Een bron", "urll": "https://example.org"}, "urll"),
        ("bronnen", {"titel": "Een bron", "url": "geen adres"}, "geldige URL"),
        ("termijnen", {"naam": "Een termijn", "bron": "bestaat-niet"}, "bestaat-niet"),
        ("notities", {"titel": "Een", "tekst": "Twee", "pagina": "/nergens/"}, "/nergens/"),
    ],
)
def test_a_fault_in_a_fact_is_named_and_nothing_is_half_loaded(own_files, table, row, named):
    change_yaml(own_files / "nl" / f"{table}.yaml", lambda rows: rows.update({"nieuw-feit": row}))
    before = everything()
    with pytest.raises(CommandError) as refusal:
        load()
    assert "nieuw-feit" in str(refusal.value)
    assert named in str(refusal.value)
    assert everything() == before


def test_a_missing_translation_is_named_and_nothing_is_half_loaded(own_files):
    (own_files / "fr.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Contact"\nmsgstr "Contact"\n')
    contact = launch_page("/contact/")
    contact.get_translations().filter(locale__language_code="fr").delete()
    title = contact.samenvatting
    before = everything()
    with pytest.raises(CommandError) as refusal:
        load()
    assert "fr.po" in str(refusal.value)
    assert title in str(refusal.value)
    assert everything() == before


# --- Example data ----------------------------------------------------------------


def test_the_example_editor_is_refused_on_the_real_site():
    assert not settings.DEMO
    with pytest.raises(CommandError, match="echte site"):
        load("load_demo")
    assert not User.objects.filter(username=USERNAME).exists()


@override_settings(DEMO=True)
def test_the_example_editor_can_sign_in_and_publish(client):
    load("load_demo")
    load("load_demo")
    assert User.objects.filter(username=USERNAME).count() == 1
    assert client.login(username=USERNAME, password=PASSWORD)
    user = User.objects.get(username=USERNAME)
    assert not user.is_superuser
    assert launch_page("/contact/").permissions_for_user(user).can_publish()


@override_settings(DEMO=True)
def test_a_changed_password_of_the_example_editor_is_kept(client):
    load("load_demo")
    user = User.objects.get(username=USERNAME)
    user.set_password("een-ander-wachtwoord")
    user.save()
    load("load_demo")
    assert client.login(username=USERNAME, password="een-ander-wachtwoord")


def test_the_models_that_are_compared_hold_the_launch_content():
    # Guards `everything` above: an empty comparison would always agree.
    rows = everything()
    for model in (Page, StapPage, ContentPage, TrajectIndexPage, Revision, Termijn, MenuItem):
        assert rows[model._meta.label], model
