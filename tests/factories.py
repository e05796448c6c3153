"""Pages and facts for tests, filled in the way an editor fills them in.

Pages land in the launch tree, below the page that their tree rules ask for.
"""

import datetime
import uuid

import factory
import wagtail_factories
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory, ImageField
from wagtail.models import Locale, Page, Site

from core import (
    clock,
)
from core.models import (
    Afbeelding,
    Begrip,
    Bestand,
    Bron,
    Notitie,
    Regelkader,
    Synoniemgroep,
    Team,
    Termijn,
    Woordvorm,
)
from home.models import (
    ArtikelPage,
    BegrippenPage,
    ContentPage,
    HomePage,
    InspiratieIndexPage,
)
from nieuwsbrief.models import (
    Lijst,
    NieuwsbriefIndexPage,
    NieuwsbriefPage,
)
from trajecten.models import (
    Gemeente,
    RekenhulpPage,
    StapPage,
    TermijnenPage,
    TrajectIndexPage,
    TrajectPage,
    Verzoek,
    VerzoekPage,
    VraagIndexPage,
    VraagPage,
    WegwijzerPage,
)
from trajecten.verzoeken.services import (
    reference_of,
)
from vorming.models import (
    Sessie,
    Sessiedag,
    VormingIndexPage,
    VormingPage,
    Workshop,
)
from vorming.services.sessies import (
    set_span,
)


def dutch() -> Locale:
    """Return the locale of the source language."""
    return Locale.objects.get(language_code="nl")


def home() -> HomePage:
    """Return the Dutch home page of the launch."""
    return Site.objects.get(is_default_site=True).root_page.specific


def only(model, parent=None):
    """Return the Dutch page of a type that exists once per language."""
    depth = 4 if model in (RekenhulpPage, TermijnenPage, WegwijzerPage) else 3
    return model.objects.get(locale=dutch(), depth=depth)


# --- Facts ---------------------------------------------------------------------


class FactFactory(DjangoModelFactory):
    """A fact in the source language."""

    class Meta:
        abstract = True

    locale = factory.LazyFunction(dutch)


class TeamFactory(FactFactory):
    class Meta:
        model = Team

    naam = factory.Sequence("Voorbeeldteam {}".format)
    e_mail = "team@example.org"


class BronFactory(FactFactory):
    class Meta:
        model = Bron

    titel = factory.Sequence("Voorbeeldbron {}".format)
    uitgever = "Voorbeelduitgever"
    url = factory.Sequence("https://www.example.org/bron/{}".format)
    geraadpleegd_op = datetime.date(2026, 11, 20)


class RegelkaderFactory(FactFactory):
    class Meta:
        model = Regelkader

    naam = factory.Sequence("Voorbeeldregels {}".format)
    korte_naam = factory.Sequence("Regels {}".format)
    geldig_van = datetime.date(2027, 1, 1)
    bron = factory.SubFactory(BronFactory)


class TermijnFactory(FactFactory):
    class Meta:
        model = Termijn

    naam = factory.Sequence("Voorbeeldtermijn {}".format)
    dag = 1
    maand = 4
    jaar = 2027
    bron = factory.SubFactory(BronFactory)
    toelichting = "Op deze dag moet het klaar zijn."
    tekst_voorbij = "Vraag aan de helpdesk wat nog kan."


class BegripFactory(FactFactory):
    class Meta:
        model = Begrip

    term = factory.Sequence("Voorbeeldbegrip {}".format)
    uitleg = "Een woord dat we hier uitleggen."


class NotitieFactory(FactFactory):
    class Meta:
        model = Notitie

    titel = factory.Sequence("Voorbeeldmededeling {}".format)
    tekst = "De helpdesk is deze week dicht."
    begin = datetime.date(2026, 11, 1)


class SynoniemgroepFactory(FactFactory):
    class Meta:
        model = Synoniemgroep

    woorden = factory.Sequence("voorbeeldwoord{0}, ander woord{0}".format)


class WoordvormFactory(FactFactory):
    class Meta:
        model = Woordvorm

    woord = factory.Sequence("voorbeelden{}".format)
    telt_als = factory.Sequence("voorbeeld{}".format)


# --- Files ---------------------------------------------------------------------


class AfbeeldingFactory(wagtail_factories.ImageFactory):
    class Meta:
        model = Afbeelding

    title = factory.Sequence("Voorbeeldafbeelding {}".format)
    file = ImageField(width=8, height=6, format="PNG", filename="voorbeeld.png")
    description = "Drie mensen rond een tafel"
    maker = "Voorbeeldmaker"
    collection = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        # Without a collection, Wagtail takes the root.
        kwargs.pop("collection")
        return super()._create(model_class, *args, **kwargs)


class BestandFactory(wagtail_factories.DocumentFactory):
    class Meta:
        model = Bestand

    title = factory.Sequence("Voorbeeldbestand {}".format)
    file = factory.LazyFunction(lambda: ContentFile(b"Een regel tekst.\n", name="voorbeeld.txt"))
    doel = "Om samen met je partners in te vullen."
    collection = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.pop("collection")
        document = super()._create(model_class, *args, **kwargs)
        document.get_file_size()
        return document


# --- Pages ---------------------------------------------------------------------


class BasePageFactory(wagtail_factories.PageFactory):
    """A published page with everything that every page type asks for."""

    class Meta:
        abstract = True

    title = factory.Sequence("Voorbeeldpagina {}".format)
    samenvatting = "Een zin die zegt wat hier staat."
    eigenaar = factory.LazyFunction(lambda: Team.objects.filter(locale=dutch()).first())
    nagekeken_op = datetime.date(2026, 11, 20)
    volgend_nazicht = datetime.date(2027, 11, 20)
    inleiding = "Hier lees je waar het over gaat."
    locale = factory.LazyFunction(dutch)
    parent = factory.LazyFunction(home)

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        regelkaders = kwargs.pop("regelkaders", [])
        page = model_class(**kwargs)
        page.regelkaders = regelkaders
        # Other pages may have been added since the parent was read.
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        return page


class HomePageFactory(BasePageFactory):
    class Meta:
        model = HomePage

    keuze_kop = "Waar staat jouw gemeente nu?"
    parent = factory.LazyFunction(Page.get_first_root_node)


class ContentPageFactory(BasePageFactory):
    class Meta:
        model = ContentPage


class BegrippenPageFactory(BasePageFactory):
    class Meta:
        model = BegrippenPage


class InspiratieIndexPageFactory(BasePageFactory):
    class Meta:
        model = InspiratieIndexPage


class ArtikelPageFactory(BasePageFactory):
    class Meta:
        model = ArtikelPage

    datum = datetime.date(2026, 11, 20)
    parent = factory.LazyFunction(lambda: only(InspiratieIndexPage))


class TrajectIndexPageFactory(BasePageFactory):
    class Meta:
        model = TrajectIndexPage


class TrajectPageFactory(BasePageFactory):
    class Meta:
        model = TrajectPage

    soort = "opstart"
    voor_wie = "Wil je met een netwerk beginnen?"
    parent = factory.LazyFunction(lambda: only(TrajectIndexPage))


class StapPageFactory(BasePageFactory):
    class Meta:
        model = StapPage

    parent = factory.LazyFunction(TrajectPageFactory)


def antwoord(code, naar, **fields):
    """Return an answer of a route chooser."""
    return {
        "antwoord": f"Antwoord {code}",
        "code": code,
        "reden": f"Je koos {code}.",
        "naar": naar,
        **fields,
    }


def vraag(code, *antwoorden, **fields):
    """Return a question of a route chooser, as an editor puts it in the list."""
    values = {"vraag": f"Vraag {code}?", "code": code, "uitleg": ""}
    return ("vraag", {**values, "antwoorden": list(antwoorden), **fields})


def uitkomst(code, **fields):
    """Return an outcome of a route chooser, as an editor puts it in the list."""
    values = {
        "titel": f"Uitkomst {code}",
        "code": code,
        "tekst": "<p>Dit kan wel.</p>",
        "actie": None,
        "actie_tekst": "",
        "termijn": None,
        "contact": None,
        "contact_tekst": "",
    }
    return ("uitkomst", {**values, **fields})


class WegwijzerPageFactory(BasePageFactory):
    class Meta:
        model = WegwijzerPage

    onderdelen = factory.LazyFunction(
        lambda: [
            vraag("netwerk", antwoord("ja", "start"), antwoord("nee", "opstart")),
            uitkomst("start"),
            uitkomst("opstart"),
        ]
    )
    parent = factory.LazyFunction(lambda: only(TrajectIndexPage))


class TermijnenPageFactory(BasePageFactory):
    class Meta:
        model = TermijnenPage

    parent = factory.LazyFunction(lambda: only(TrajectIndexPage))


class RekenhulpPageFactory(BasePageFactory):
    class Meta:
        model = RekenhulpPage

    parent = factory.LazyFunction(lambda: only(TrajectIndexPage))


class VraagIndexPageFactory(BasePageFactory):
    class Meta:
        model = VraagIndexPage


class VraagPageFactory(BasePageFactory):
    class Meta:
        model = VraagPage

    title = factory.Sequence("Wat is voorbeeldvraag {}?".format)
    antwoord = "Dit is het antwoord in een zin."
    inleiding = None
    parent = factory.LazyFunction(lambda: only(VraagIndexPage))

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        kwargs.pop("inleiding")
        return super()._create_instance(model_class, parent, kwargs)


class VerzoekPageFactory(BasePageFactory):
    """The form of one kind; takes the place of the one of the launch."""

    class Meta:
        model = VerzoekPage

    soort = "helpdesk"
    vervolg = "Je krijgt een mail.\nWe antwoorden je."
    parent = factory.LazyFunction(lambda: ContentPage.objects.get(slug="contact", locale=dutch()))

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        for twin in VerzoekPage.objects.filter(soort=kwargs["soort"], locale=kwargs["locale"]):
            twin.delete()
        return super()._create_instance(model_class, parent, kwargs)


class VormingIndexPageFactory(BasePageFactory):
    class Meta:
        model = VormingIndexPage


class VormingPageFactory(BasePageFactory):
    class Meta:
        model = VormingPage

    niveau = "basis"
    parent = factory.LazyFunction(lambda: only(VormingIndexPage))


class NieuwsbriefIndexPageFactory(BasePageFactory):
    class Meta:
        model = NieuwsbriefIndexPage


class NieuwsbriefPageFactory(BasePageFactory):
    class Meta:
        model = NieuwsbriefPage
        exclude = ["inleiding"]

    nummer = factory.Sequence(lambda number: number + 1)
    eerste_maand = datetime.date(2026, 11, 1)
    onderwerp = "Nieuws uit de netwerken van november"
    preheader = "Drie vormingen, een termijn en een praktijk die je morgen kunt proberen."
    parent = factory.LazyFunction(lambda: only(NieuwsbriefIndexPage))
    lijsten = factory.LazyFunction(lambda: list(Lijst.objects.te_kiezen()))

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        lijsten = kwargs.pop("lijsten")
        page = super()._create_instance(model_class, parent, kwargs)
        page.lijsten = lijsten
        page.save()
        return page


class VerzoekFactory(DjangoModelFactory):
    """A request that came in through the form of the coaching talk."""

    class Meta:
        model = Verzoek

    zegel = factory.LazyFunction(uuid.uuid4)
    kenmerk = factory.LazyAttribute(lambda row: reference_of(row.zegel))
    soort = "coaching"
    naam = "Ēva D'Hondt"
    organisatie = "OCMW Voorbeeldstad"
    gemeente = factory.LazyFunction(lambda: Gemeente.objects.get(naam="Herentals"))
    rol = "netwerkregisseur"
    e_mail = "eva@example.org"
    e_mail_norm = factory.LazyAttribute(lambda row: row.e_mail.lower())
    telefoon = "0470 12 34 56"
    vraag = "Onze partners haken af. Wat kunnen we doen?"
    ontvangen_op = factory.LazyFunction(clock.now)
    opvolgen_op = factory.LazyFunction(lambda: clock.today() + datetime.timedelta(days=7))


# --- Sessions ------------------------------------------------------------------


class SessieFactory(DjangoModelFactory):
    """An open session of one day, `over` so many days from now, from 9.30 to 16 in Brussels."""

    class Meta:
        model = Sessie

    vorming = factory.LazyFunction(lambda: VormingPage.objects.filter(locale=dutch()).first())
    naam = factory.Sequence("voorbeeld {}".format)
    staat = "open"
    capaciteit = 25
    locatie = "Voorbeeldzaal"
    adres = "Voorbeeldstraat 1"
    gemeente = "Voorbeeldgem"
    prijs = 0

    @classmethod
    def _create(cls, model_class, *args, over=30, dagen=1, **kwargs):
        staat = kwargs.pop("staat")
        sessie = super()._create(model_class, *args, **kwargs)
        for number in range(dagen):
            day = clock.now() + datetime.timedelta(days=over + 7 * number)
            Sessiedag.objects.create(
                sessie=sessie,
                begin=day.replace(hour=9, minute=30, second=0, microsecond=0),
                einde=day.replace(hour=16, minute=0, second=0, microsecond=0),
            )
        set_span(sessie)
        sessie.staat = staat
        sessie.save()
        del sessie._dagen_gelezen
        return sessie


class WorkshopFactory(DjangoModelFactory):
    class Meta:
        model = Workshop

    sessie = factory.SubFactory(SessieFactory)
    naam = factory.Sequence("Voorbeeldworkshop {}".format)
    capaciteit = 2


PAGE_FACTORIES = {
    factory_class._meta.model: factory_class
    for factory_class in (
        HomePageFactory,
        BegrippenPageFactory,
        ContentPageFactory,
        InspiratieIndexPageFactory,
        ArtikelPageFactory,
        TrajectIndexPageFactory,
        TrajectPageFactory,
        StapPageFactory,
        WegwijzerPageFactory,
        TermijnenPageFactory,
        RekenhulpPageFactory,
        VraagIndexPageFactory,
        VraagPageFactory,
        VerzoekPageFactory,
        VormingIndexPageFactory,
        VormingPageFactory,
        NieuwsbriefIndexPageFactory,
        NieuwsbriefPageFactory,
    )
}
FACT_FACTORIES = {
    factory_class._meta.model: factory_class
    for factory_class in (
        TeamFactory,
        BronFactory,
        RegelkaderFactory,
        TermijnFactory,
        BegripFactory,
        NotitieFactory,
        SynoniemgroepFactory,
        WoordvormFactory,
    )
}
