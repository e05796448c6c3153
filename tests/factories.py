"""Pages and facts for tests, filled in the way an editor fills them in.

Pages land in the launch tree, below the page that their tree rules ask for.
"""

import datetime

import factory
import wagtail_factories
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory, ImageField
from wagtail.models import Locale, Page, Site

from core import clock
from core.models import Afbeelding, Begrip, Bestand, Bron, Notitie, Regelkader, Team, Termijn
from home.models import ArtikelPage, ContentPage, HomePage, InspiratieIndexPage
from nieuwsbrief.models import NieuwsbriefIndexPage
from trajecten.models import StapPage, TrajectIndexPage, TrajectPage
from vorming.models import Sessie, Sessiedag, VormingIndexPage, VormingPage, Workshop
from vorming.services.sessies import set_span


def dutch() -> Locale:
    """Return the locale of the source language."""
    return Locale.objects.get(language_code="nl")


def home() -> HomePage:
    """Return the Dutch home page of the launch."""
    return Site.objects.get(is_default_site=True).root_page.specific


def only(model, parent=None):
    """Return the Dutch page of a type that exists once per language."""
    return model.objects.get(locale=dutch(), depth=3)


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
        ContentPageFactory,
        InspiratieIndexPageFactory,
        ArtikelPageFactory,
        TrajectIndexPageFactory,
        TrajectPageFactory,
        StapPageFactory,
        VormingIndexPageFactory,
        VormingPageFactory,
        NieuwsbriefIndexPageFactory,
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
    )
}
