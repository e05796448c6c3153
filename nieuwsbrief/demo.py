"""Example subscribers in every state and an example issue, for who tries the site out.

All addresses at example.org.
"""

from wagtail.models import Page

from core import clock
from nieuwsbrief import maanden
from nieuwsbrief.brief.nieuw import termijnen_binnenkort
from nieuwsbrief.models import Abonnee, Lijst, NieuwsbriefIndexPage, NieuwsbriefPage, Testadres
from nieuwsbrief.services import aanmelden, uitschrijven
from nieuwsbrief.staten import Bron, Staat

AANTAL = 24
TALEN = ["nl", "nl", "nl", "fr", "nl", "en"]


def load() -> int:
    """Make the example subscribers where there are none; return how many. And an issue."""
    voorbeeldbrief()
    lijsten = list(Lijst.objects.te_kiezen())
    if Abonnee.objects.exists() or not lijsten:
        return 0
    for number in range(1, AANTAL + 1):
        adres = f"lezer{number}@example.org"
        gekozen = lijsten if number % 3 == 0 else [lijsten[number % len(lijsten)]]
        aanmelden.aanmelden(adres=adres, lijsten=gekozen, taal=TALEN[number % len(TALEN)])
        abonnee = Abonnee.objects.van_adres(adres).get()
        if number % 8 == 7:
            # Does not confirm.
            continue
        aanmelden.bevestigen(uid=abonnee.uid)
        if number % 8 == 5:
            uitschrijven.vertrek(uid=abonnee.uid, lijst=gekozen[0].pk, bron=Bron.MAIL)
    uitschrijven.stop("lezer9@example.org", Staat.ONBESTELBAAR)
    uitschrijven.stop("lezer12@example.org", Staat.KLACHT)
    return AANTAL


def voorbeeldbrief() -> NieuwsbriefPage | None:
    """Make an issue from pages of the launch, where there is none; return it."""
    index = NieuwsbriefIndexPage.objects.filter(locale__language_code="nl").first()
    if index is None or NieuwsbriefPage.objects.exists():
        return None
    Testadres.objects.get_or_create(
        adres="test@example.org", defaults={"omschrijving": "voorbeeld"}
    )
    eerste = maanden.eerste_dag(clock.today())
    page = NieuwsbriefPage(
        title="Voorbeeld van een nieuwsbrief",
        slug="voorbeeld",
        samenvatting="Een voorbeeld, gemaakt van pagina's die op de site staan.",
        onderwerp="Voorbeeld: vorming, termijnen en praktijk",
        preheader="Zo ziet een brief eruit die je in een paar minuten maakt van wat er al is.",
        nummer=1,
        eerste_maand=eerste,
        eigenaar=index.eigenaar,
        locale=index.locale,
        live=False,
    )
    page.body = _voorbeeld(index)
    index.add_child(instance=page)
    page.lijsten = list(Lijst.objects.te_kiezen())
    page.save()
    page.save_revision()
    return page


def _voorbeeld(index) -> list[dict]:
    """Return blocks with what the site has; a kind of page that is not there is left out."""
    woorden = "<p>Dit is een voorbeeld. Alles hieronder komt van pagina's van de site.</p>"
    body: list[dict] = [
        {"type": "inleiding", "value": woorden},
        {"type": "kop", "value": "In de kijker"},
    ]
    used = []
    for block, model in (
        ("praktijk", "home.artikelpage"),
        ("vorming", "vorming.vormingpage"),
        ("vraag", "trajecten.vraagpage"),
    ):
        label, name = model.split(".")
        found = (
            Page.objects.live()
            .public()
            .filter(locale=index.locale_id)
            .filter(content_type__app_label=label, content_type__model=name)
            .exclude(pk__in=used)
            .order_by("path")
            .first()
        )
        if found is not None:
            used.append(found.pk)
            body.append({"type": block, "value": {"pagina": found.pk, "beeld": True}})
    body += [
        {"type": "termijn", "value": {"termijn": one.pk}}
        for one in termijnen_binnenkort(index.locale_id)
    ]
    overview = Page.objects.live().filter(
        locale=index.locale_id, content_type__model="vormingindexpage"
    )
    if knop := overview.first():
        value = {"tekst": "Bekijk alle vormingen", "pagina": knop.pk, "adres": ""}
        body.append({"type": "knop", "value": value})
    return body
