"""Loading the facts: teams, sources, rules, deadlines, terms, notices, settings."""

from collections.abc import Mapping

from wagtail.models import DraftStateMixin, Locale, Page, Site

from core.models import (
    Begrip,
    Bron,
    MenuItem,
    Notitie,
    Regelkader,
    SiteInstellingen,
    Synoniemgroep,
    Team,
    Termijn,
    Woordvorm,
)
from home.content.files import faults_in, read_municipalities, read_table, stable_key
from nieuwsbrief.models import Lijst, NieuwsbriefInstellingen
from trajecten.models import Gemeente, VroegereGemeente
from vorming.models import VormingInstellingen

# In this order: a later one may refer to an earlier one.
TABLES = [
    ("teams", Team),
    ("bronnen", Bron),
    ("regelkaders", Regelkader),
    ("termijnen", Termijn),
    ("begrippen", Begrip),
    ("synoniemen", Synoniemgroep),
    ("woordvormen", Woordvorm),
]
REFERENCES = {"bron": "bronnen", "regelkader": "regelkaders"}


class Facts:
    """The facts of the launch, found by the key they have in the files."""

    def __init__(self, locale: Locale):
        self.locale = locale
        self.rows: dict[str, dict] = {}

    def load(self) -> int:
        """Create every fact that is missing; return how many."""
        return sum(self._load_table(name, model) for name, model in TABLES)

    def get(self, table: str, key: str):
        """Return the fact `key`; raise KeyError with a readable name when the files lack it."""
        try:
            return self.rows[table][key]
        except KeyError:
            raise KeyError(f"{table}.yaml kent geen '{key}'") from None

    def _load_table(self, name, model):
        existing = {row.translation_key: row for row in model.objects.filter(locale=self.locale)}
        found = self.rows[name] = {}
        created = 0
        for key, values in read_table(name).items():
            translation_key = stable_key(name, key)
            row = existing.get(translation_key)
            if row is None:
                with faults_in(f"{name}.yaml, {key}"):
                    row = model(
                        locale=self.locale,
                        translation_key=translation_key,
                        sleutel=key,
                        **self._resolve(values),
                    )
                    save(row)
                created += 1
            found[key] = row
        return created

    def _resolve(self, values):
        return {
            name: self.get(REFERENCES[name], value) if name in REFERENCES and value else value
            for name, value in without_none_text(values).items()
        }


def without_none_text(values: dict) -> dict:
    """Leave out the empty values, so that the model's own default holds."""
    return {name: value for name, value in values.items() if value is not None}


def save(row):
    """Check and store a new fact, published."""
    row.full_clean()
    row.save()
    if isinstance(row, DraftStateMixin):
        row.save_revision().publish()


def load_municipalities() -> int:
    """Create the municipalities and former names that are missing; return how many."""
    table = read_municipalities()
    known = set(Gemeente.objects.values_list("nis", flat=True))
    former = set(VroegereGemeente.objects.values_list("nis", "ingang"))
    # One by one, so that each gets the name it is searched by; at a new version nothing is left.
    new = [Gemeente(**row) for row in table["gemeenten"] if row["nis"] not in known]
    new += [
        VroegereGemeente(gemeente_id=row.pop("nu"), **row)
        for row in table["vroegere"]
        if (row["nis"], row["ingang"]) not in former
    ]
    for row in new:
        row.save(force_insert=True)
    return len(new)


def load_notices(locale: Locale, pages: Mapping[str, Page]) -> int:
    """Create the missing notices; return how many."""
    created = 0
    for key, values in read_table("notities").items():
        translation_key = stable_key("notities", key)
        if Notitie.objects.filter(translation_key=translation_key, locale=locale).exists():
            continue
        values = without_none_text(values)
        address = values.pop("pagina", None)
        with faults_in(f"notities.yaml, {key}"):
            save(
                Notitie(
                    locale=locale,
                    translation_key=translation_key,
                    sleutel=key,
                    pagina=pages[address].page_ptr if address else None,
                    **values,
                )
            )
        created += 1
    return created


def load_settings(site: Site, pages: Mapping[str, Page]) -> int:
    """Fill in the site settings of a site that has none; return 1 when it did."""
    if SiteInstellingen.objects.filter(site=site).exists():
        return 0
    values = without_none_text(read_table("instellingen"))
    menus = {
        MenuItem.Plaats.BOVEN: values.pop("hoofdmenu"),
        MenuItem.Plaats.VOET: values.pop("voetmenu"),
    }
    details = SiteInstellingen(site=site, **values)
    details.menu = [
        MenuItem(pagina=pages[address].page_ptr, plaats=place, sort_order=order)
        for place, addresses in menus.items()
        for order, address in enumerate(addresses)
    ]
    details.full_clean()
    details.save()
    return 1


def load_course_settings(pages: Mapping[str, Page]) -> int:
    """Point the courses at the privacy statement, where nobody chose one; return 1 when it did."""
    details = VormingInstellingen.load()
    if details.privacypagina_id is not None:
        return 0
    details.privacypagina = pages["/privacy/"].page_ptr
    details.save()
    return 1


def load_mailing_lists() -> int:
    """Create the newsletters that people can subscribe to, where they are missing."""
    known = set(Lijst.objects.values_list("slug", flat=True))
    created = 0
    for key, values in read_table("lijsten").items():
        if values["slug"] in known:
            continue
        with faults_in(f"lijsten.yaml, {key}"):
            row = Lijst(**without_none_text(values))
            row.full_clean()
            row.save()
        created += 1
    return created


def load_newsletter_settings(pages: Mapping[str, Page]) -> int:
    """Point the newsletter at the privacy statement, where nobody chose one."""
    details = NieuwsbriefInstellingen.load()
    if details.privacypagina_id is not None:
        return 0
    details.privacypagina = pages["/privacy/"].page_ptr
    details.save()
    return 1
