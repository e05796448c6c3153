"""What is still wrong with an issue, and what to do about it.

Looks at the issue as an editor left it, whatever that is: bad input is a finding, never an error.

Contrast is not among the checks: no block and no button lets an editor choose a colour (ADR 0021).
All colours stand in the templates, and a test measures every word of an issue on what is behind
it, by day and at night.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bs4 import BeautifulSoup
from django.utils import translation
from wagtail.models import Page

from core import clock
from core.links import ids_in, look_up, strings_in
from nieuwsbrief.brief import adressen, inhoud, tekstcontrole
from nieuwsbrief.brief.render import UITSCHRIJVEN, VOORKEUREN, Mail, antwoord_aan, mail_van
from nieuwsbrief.models import NieuwsbriefPage
from post.freezing import MAX_SUBJECT
from post.mime import TOKEN, Skelet, build_skeleton

logger = logging.getLogger(__name__)

# Kilobytes. Gmail cuts a mail off at 102, and the link to leave stands at the end.
RUIM, TE_GROOT = 90, 102
ONDERWERP_LANG, PREHEADER_KORT, PREHEADER_LANG = 60, 30, 110
ROEPT = re.compile(r"!!|\?\?|€€|\b[A-Z]{5,}\b.*\b[A-Z]{5,}\b")
GEEN_LINKTEKST = {"hier", "klik hier", "lees meer", "meer", "link", "deze link", "klik"}


class Ernst(StrEnum):
    """Whether an issue may leave like this."""

    BLOKKEERT = "blokkeert"
    WAARSCHUWT = "waarschuwt"


@dataclass(frozen=True)
class Bevinding:
    """One thing that is wrong: what, and what an editor does about it. In Dutch."""

    ernst: Ernst
    uitleg: str
    wat_te_doen: str

    @property
    def blokkeert(self) -> bool:
        return self.ernst == Ernst.BLOKKEERT


def _stop(uitleg, wat_te_doen):
    return Bevinding(Ernst.BLOKKEERT, uitleg, wat_te_doen)


def _let_op(uitleg, wat_te_doen):
    return Bevinding(Ernst.WAARSCHUWT, uitleg, wat_te_doen)


def controleer(page: NieuwsbriefPage, *, elders: bool = False) -> list[Bevinding]:
    """Return what is wrong with an issue as it stands in `page`, what stops it first.

    With `elders` the links to other sites are asked too, which takes some seconds.
    """
    found = [*_gegevens(page)]
    try:
        found += _blokken(page, inhoud.per_blok(page))
        mail = mail_van(page)
        found += _mail(mail)
        found += _links(page, mail, elders)
    except Exception:
        # An editor cannot do anything with an error page, and who sends must be stopped.
        logger.exception("Brief %s kan niet gemaakt worden", page.pk)
        found.append(
            _stop(
                "Van deze brief kunnen we geen mail maken.",
                "Haal het laatste blok weg dat je toevoegde, en meld dit aan de beheerder.",
            )
        )
    return _op_ernst(found)


def mag_weg(bevindingen: list[Bevinding]) -> bool:
    """Say whether nothing stops the issue."""
    return not any(one.blokkeert for one in bevindingen)


def _op_ernst(found):
    return sorted(dict.fromkeys(found), key=lambda one: not one.blokkeert)


# --- The fields ----------------------------------------------------------------------------


def _gegevens(page) -> Iterator[Bevinding]:
    lijsten = list(page.lijsten.all())
    if not lijsten:
        yield _stop(
            "De brief gaat naar geen enkele lijst.",
            "Kies bij ‘naar welke lijsten’ minstens een lijst.",
        )
    for lijst in lijsten:
        if not lijst.actief:
            yield _stop(
                f"De lijst ‘{lijst}’ is niet meer in gebruik.", "Kies een andere lijst, of geen."
            )
    yield from _afzenders([lijst for lijst in lijsten if lijst.actief])
    if page.nummer is None:
        yield _stop("De brief heeft geen nummer.", "Vul het nummer in.")
    elif page.path and _zelfde_nummer(page):
        yield _stop(f"Er is al een brief met nummer {page.nummer}.", "Kies een ander nummer.")
    if page.eerste_maand is None:
        yield _stop("De maanden zijn niet gekozen.", "Kies de maanden waarover de brief gaat.")
    if page.path and page.get_view_restrictions().exists():
        yield _stop(
            "De pagina van de brief is niet voor iedereen.",
            "Haal de beperking weg, van de brief of van de pagina erboven. Nu leidt de link in de "
            "mail naar een slot.",
        )
    yield from _onderwerp(" ".join(page.onderwerp.split()))
    yield from _preheader(page.preheader or page.samenvatting or "")


def _afzenders(lijsten) -> Iterator[Bevinding]:
    """Tell whose sender a mail to several lists has: one mail has one."""
    if len(lijsten) < 2:
        return
    afzenders = [(lijst.afzender, antwoord_aan(lijst)) for lijst in lijsten]
    if len(set(afzenders)) == 1:
        return
    afzender, antwoord = afzenders[0]
    yield _let_op(
        "De lijsten hebben niet dezelfde afzender, of niet hetzelfde adres voor antwoorden. Alle "
        f"lezers krijgen die van ‘{lijsten[0]}’: {afzender or 'de gewone afzender van de site'}, "
        f"met antwoorden naar {antwoord or 'dat adres'}.",
        "Is dat goed voor alle lezers, dan hoef je niets te doen. Anders: geef de lijsten dezelfde "
        "afzender, of maak per lijst een brief.",
    )


def _zelfde_nummer(page):
    others = NieuwsbriefPage.objects.sibling_of(page, inclusive=False)
    return others.filter(nummer=page.nummer).exists()


def _onderwerp(text) -> Iterator[Bevinding]:
    if not text:
        yield _stop("De mail heeft geen onderwerp.", "Vul het onderwerp in.")
    elif len(text) > MAX_SUBJECT:
        yield _stop("Het onderwerp is veel te lang.", "Maak er een korte zin van.")
    elif len(text) > ONDERWERP_LANG:
        yield _let_op(
            f"Het onderwerp telt {len(text)} tekens. Telefoons tonen er ongeveer 40.",
            "Zet het belangrijkste vooraan, of maak het korter.",
        )
    if ROEPT.search(text):
        yield _let_op(
            "Het onderwerp roept. Zulke mails belanden vaak bij ongewenste mail.",
            "Schrijf het zonder hoofdletters en uitroeptekens.",
        )


def _preheader(text) -> Iterator[Bevinding]:
    if len(text) < PREHEADER_KORT:
        yield _let_op(
            "De zin na het onderwerp is kort of leeg. Mailboxen vullen hem dan zelf aan.",
            f"Schrijf een zin van {PREHEADER_KORT} tot {PREHEADER_LANG} tekens.",
        )
    elif len(text) > PREHEADER_LANG:
        yield _let_op(
            f"De zin na het onderwerp telt {len(text)} tekens. Mailboxen knippen hem af.",
            f"Blijf onder {PREHEADER_LANG} tekens.",
        )


# --- The blocks ----------------------------------------------------------------------------


def _blokken(page, parts) -> Iterator[Bevinding]:
    if not any(part for _block, part in parts):
        yield _stop("De brief is leeg.", "Voeg minstens een blok toe.")
    # As the database has them: the block holds what it was when it was chosen.
    keys = {chosen.pk for chosen in inhoud.gekozen_paginas(block for block, _part in parts)}
    public = (
        set(Page.objects.filter(pk__in=keys).live().public().values_list("pk", flat=True))
        if keys
        else set()
    )
    for number, (block, part) in enumerate(parts, 1):
        where = f"Blok {number} ({block.block.label})"
        chosen = list(inhoud.gekozen_paginas([block]))
        hidden = [one for one in chosen if one.pk not in public]
        for one in hidden:
            yield _stop(
                f"{where}: ‘{one.title}’ is niet gepubliceerd, of niet voor iedereen.",
                "Publiceer die pagina eerst, of kies een andere. Nu valt ze weg.",
            )
        for one in chosen:
            if one.pk in public and one.has_unpublished_changes:
                yield _let_op(
                    f"{where}: ‘{one.title}’ heeft wijzigingen die nog niet gepubliceerd zijn.",
                    "De brief toont wat op de site staat. Publiceer de wijzigingen eerst als ze "
                    "in de brief moeten.",
                )
        yield from _links_in_tekst(where, block, page.locale.language_code)
        if part is None and not hidden:
            yield _leeg(where, block)
        if part is not None:
            yield from _deel(where, block, part)


def _links_in_tekst(where, block, language) -> Iterator[Bevinding]:
    """Tell of links in running text that lead nowhere: the mail would show the words alone."""
    keys = ids_in(strings_in(block.block.get_prep_value(block.value)))
    if not keys:
        return
    with translation.override(language):
        gone = keys - set(look_up(keys))
    titles = dict(Page.objects.filter(pk__in=gone).values_list("pk", "title"))
    for pk in sorted(gone):
        if pk in titles:
            yield _stop(
                f"{where}: de tekst verwijst naar ‘{titles[pk]}’, die niet gepubliceerd is.",
                "Publiceer die pagina eerst, of haal de link weg. Nu blijven alleen de woorden.",
            )
        else:
            yield _stop(
                f"{where}: de tekst verwijst naar een pagina die er niet meer is.",
                "Kies een andere pagina, of haal de link weg. Nu blijven alleen de woorden.",
            )


def _leeg(where, block):
    termijn = block.value.get("termijn") if block.block_type == "termijn" else None
    if termijn is not None:
        return _stop(f"{where}: ‘{termijn.naam}’ is niet gepubliceerd.", "Kies een andere termijn.")
    if block.block_type == "afbeelding" and block.value.get("afbeelding"):
        return _stop(f"{where}: het bestand van de afbeelding ontbreekt.", "Laad ze opnieuw op.")
    return _stop(f"{where} is leeg.", "Vul het blok in, of haal het weg.")


def _deel(where, block, part) -> Iterator[Bevinding]:
    if block.block_type == "termijn" and block.value["termijn"].stand.is_voorbij:
        yield _let_op(
            f"{where}: ‘{part.titel}’ is voorbij.",
            "Haal het blok weg als de lezer er niets meer mee kan.",
        )
    if block.block_type == "vorming" and not part.feiten:
        yield _let_op(
            f"{where}: ‘{part.titel}’ heeft geen sessie waarvoor iemand nog kan inschrijven.",
            "Haal het blok weg, of zet eerst een sessie open.",
        )
    if (
        part.soort == "afbeelding"
        and not part.beeld.alt
        and not block.value["afbeelding"].decorative
    ):
        yield _stop(
            f"{where}: de afbeelding heeft geen alternatieve tekst.",
            "Beschrijf wat er te zien is, of vink aan dat ze decoratief is.",
        )
    if part.vorm == "kaart" and not part.titel:
        yield _stop(f"{where} heeft geen titel.", "Vul een titel in.")
    for text in (part.titel, part.tekst, *(one.tekst for one in part.punten)):
        yield from _woorden(where, text)


def _woorden(where, text) -> Iterator[Bevinding]:
    if open_values := TOKEN.findall(text):
        yield _stop(
            f"{where}: er staat ⟦{open_values[0]}⟧ in de tekst.",
            "Haal de haken ⟦ en ⟧ weg: die gebruikt de mail zelf.",
        )
    for day, words in tekstcontrole.voorbije_dagen(text, clock.today()):
        yield _let_op(f"{where}: ‘{words}’ is voorbij.", f"Klopt de datum {day:%d/%m/%Y} nog?")
    for sentence, count in tekstcontrole.lange_zinnen(text):
        yield _let_op(
            f"{where}: een zin van {count} woorden (‘{sentence}’).", "Maak er twee zinnen van."
        )


# --- The mail ------------------------------------------------------------------------------


def _mail(mail: Mail) -> Iterator[Bevinding]:
    skeleton = build_skeleton(mail.tekst, mail.html)
    open_values = {"html": mail.html, "tekst": mail.tekst}
    for form, text in open_values.items():
        for name in (UITSCHRIJVEN, VOORKEUREN):
            if name not in TOKEN.findall(text):
                yield _stop(
                    f"In de mail ({form}) ontbreekt de link om uit te schrijven of te kiezen.",
                    "Meld dit aan de beheerder: zonder die link mag de brief niet weg.",
                )
    wanted = set(TOKEN.findall(mail.html + mail.tekst))
    if Skelet(skeleton).names != wanted:
        yield _stop(
            "De persoonlijke links raken beschadigd in deze mail.", "Meld dit aan de beheerder."
        )
    size = len(skeleton) // 1024
    if size >= RUIM:
        yield _let_op(
            f"De mail weegt {size} kB. Vanaf {TE_GROOT} kB knipt Gmail het einde weg, met de link "
            "om uit te schrijven.",
            "Maak teksten korter, of verwijs naar de site.",
        )


def _links(page, mail: Mail, elders: bool) -> Iterator[Bevinding]:
    soup = BeautifulSoup(mail.html, "html.parser")
    texts: dict[str, str] = {}
    for link in soup.find_all("a"):
        href = str(link.get("href") or "").strip()
        if TOKEN.fullmatch(href):
            continue
        words = " ".join(link.get_text().split())
        texts.setdefault(href, words)
        if words.lower().strip(".:") in GEEN_LINKTEKST:
            yield _let_op(
                f"Een link heet ‘{words}’.",
                "Laat de woorden van de link zeggen waar hij heen gaat.",
            )
    here = [one for one in texts if adressen.is_hier(one)]
    there = [one for one in texts if one.startswith(("http://", "https://")) and one not in here]
    for one in texts:
        if one not in here and one not in there and not one.startswith(("mailto:", "tel:")):
            yield _stop(f"De link ‘{texts[one] or one}’ is geen geldig adres.", "Pas de link aan.")
    # The issue itself is published just before it leaves.
    asked = [one for one in here if one != inhoud.adres_van(page)]
    for one in sorted(adressen.stuk_hier(asked)):
        yield _stop(
            f"De link ‘{texts[one]}’ gaat naar een pagina die er niet is: {one}",
            "Kies de pagina opnieuw, of haal de link weg.",
        )
    if elders:
        for one, reason in adressen.stuk_elders(there).items():
            yield _let_op(
                f"De link ‘{texts[one]}’ ({one}): {reason}", "Open de link, en pas hem aan."
            )
