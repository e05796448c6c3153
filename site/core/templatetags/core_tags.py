"""What templates need beyond their own context."""

import datetime
import json

from django import template
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core import clock, glossary, memo
from core.blocks.doing import WIE
from core.blocks.text import with_anchors
from core.structured_data import breadcrumb_list, organization

register = template.Library()


# --- Around the page ---------------------------------------------------------


@register.simple_tag(takes_context=True)
def kruimels(context):
    """Return the pages above the current one, each with its address in `url_hier`."""
    page, request = context.get("page"), context.get("request")
    if page is None or request is None:
        return []
    return memo.remember(
        ("kruimels", page.pk, request.get_host()), lambda: _with_address(page, request)
    )


def _with_address(page, request):
    found = page.omgeving.boven
    for ancestor in found:
        ancestor.url_hier = ancestor.get_url(request=request)
    return found


@register.simple_tag(takes_context=True)
def canoniek_adres(context):
    """Return the whole address of the current page, without a query string."""
    page, request = context.get("page"), context.get("request")
    if page is None or page.pk is None:
        return ""
    return memo.remember(
        ("adres", page.pk, request.get_host(), request.scheme),
        lambda: page.get_full_url(request) or "",
    )


@register.simple_tag(takes_context=True)
def talen(context):
    """Return the languages in which the current page can be read."""
    frame = context.get("kader")
    return frame.talen_van(context.get("page")) if frame else []


@register.simple_tag
def vandaag():
    """Return the day on the clock of the site."""
    return clock.today()


@register.simple_tag(takes_context=True)
def gestructureerde_gegevens(context, kruimels):
    """Return the JSON-LD of the current page, from the same fields as the page shows."""
    graph = [organization(context["kader"], context["request"])]
    page = context.get("page")
    if page is not None and kruimels:
        graph.append(breadcrumb_list(page, kruimels, context["request"]))
    if page is not None and hasattr(page, "structured_data"):
        graph.extend(page.structured_data(context["request"]))
    document = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # "<" would be able to end the script element.
    return mark_safe(document.replace("<", "\\u003c"))  # noqa: S308


@register.simple_tag(takes_context=True)
def absoluut(context, path):
    """Return `path` with scheme and host: shared messages need whole addresses."""
    request = context.get("request")
    return request.build_absolute_uri(path) if request else f"{settings.BASE_URL}{path}"


@register.simple_tag(takes_context=True)
def in_sectie(context, item):
    """Return the value of aria-current for a menu item: "page", "true" or nothing.

    The home page is above every page, so it is only current on itself.
    """
    page = context.get("page")
    if page is None or page.pk is None:
        return ""
    if page.pk == item.pk:
        return "page"
    is_above = item.depth > 2 and page.url_path.startswith(item.url_path)
    return "true" if is_above else ""


@register.simple_tag(takes_context=True)
def contactpagina(context):
    """Return the menu page about contact, or None. Costs no query: the menu is there already."""
    frame = context.get("kader")
    if frame is None:
        return None
    return next(
        (item for item in [*frame.hoofdmenu, *frame.voetmenu] if item.slug == "contact"), None
    )


@register.simple_tag(takes_context=True)
def privacypagina(context):
    """Return the menu page about privacy, or None."""
    frame = context.get("kader")
    if frame is None:
        return None
    return next((item for item in frame.voetmenu if item.slug == "privacy"), None)


@register.simple_tag(takes_context=True)
def verzoekadres(context, soort, antwoorden="", vraag=""):
    """Return the address of the form for a kind of request, or nothing where there is no such form.

    It tells the form which page the reader comes from, and what was answered there.
    """
    request = context.get("request")
    if request is None:
        return ""
    language = translation.get_language() or settings.LANGUAGE_CODE
    forms = memo.remember(
        ("verzoekformulieren", language, request.get_host()),
        lambda: _request_forms(request, language),
    )
    address = forms.get(soort)
    if not address:
        return ""
    page = context.get("page")
    here = page.get_url(request) if getattr(page, "pk", None) else ""
    if here and address.startswith(here):
        # The page above the forms only passes on what it was given.
        carried = {name: request.GET.get(name, "") for name in ("van", "antwoorden")}
    else:
        carried = {"van": here, "antwoorden": antwoorden}
    query = urlencode({name: value for name, value in {**carried, "vraag": vraag}.items() if value})
    return f"{address}?{query}" if query else address


def _request_forms(request, language):
    model = apps.get_model("trajecten", "VerzoekPage")
    pages = model.objects.live().public().filter(locale__language_code=language).defer("body")
    return {page.soort: page.get_url(request) for page in pages}


@register.simple_tag
def alle_trajecten():
    """Return the published trajectories of the current language, for pages without a place."""
    # By name: `core` may not import an app that is built on it.
    model = apps.get_model("trajecten", "TrajectPage")
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = model.objects.live().public().filter(locale__language_code=language).order_by("path")
    return memo.remember(("alle trajecten", language), lambda: list(found))


@register.simple_tag
def woordenlijst():
    """Return the address of the list of terms in the current language, or nothing."""
    return glossary.glossary().adres


@register.simple_tag
def wegwijzerpagina():
    """Return the published route chooser of the current language, or None."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    model = apps.get_model("trajecten", "WegwijzerPage")
    return memo.remember(
        ("wegwijzerpagina", language),
        lambda: (
            model.objects.live()
            .public()
            .filter(locale__language_code=language)
            .only("title", "url_path", "slug", "locale_id", "path", "depth")
            .first()
        ),
    )


class RememberNode(template.Node):
    """A part of a page that only depends on the content, kept until that changes (core.memo)."""

    def __init__(self, name, nodes, unless=None):
        self._name = name
        self._unless = unless
        self.nodelist = nodes

    def render(self, context):
        page, request = context.get("page"), context.get("request")
        is_own = self._unless is not None and self._unless.resolve(context, ignore_failures=True)
        if is_own or page is None or page.pk is None or request is None:
            return self.nodelist.render(context)
        key = (
            "deel",
            self._name,
            page.pk,
            translation.get_language(),
            request.get_host(),
            request.scheme,
        )
        return memo.remember(key, lambda: self.nodelist.render(context))


@register.tag
def onthoud(parser, token):
    """Keep what stands between this tag and `eindonthoud`; the argument is the name of the part.

    Only around what is the same for every visitor and every query string of a page; where it is
    not always, `tenzij=` tells when.
    """
    _, name, *rest = token.split_contents()
    unless = None
    for word in rest:
        option, _, value = word.partition("=")
        if option != "tenzij" or not value:
            raise template.TemplateSyntaxError(f"onthoud kent '{word}' niet")
        unless = parser.compile_filter(value)
    nodes = parser.parse(("eindonthoud",))
    parser.delete_first_token()
    return RememberNode(name, nodes, unless)


# --- Words -------------------------------------------------------------------


@register.simple_tag
def andere_taal(code):
    """Return the attributes that say that a link text and its page are in another language."""
    if not code or code == translation.get_language():
        return ""
    tag = settings.LANGUAGE_TAGS.get(code, code)
    return format_html(' lang="{}" hreflang="{}"', tag, tag)


@register.filter
def bestandsoort(document):
    """Return the type of a document in capitals: PDF, DOCX."""
    return document.file_extension.upper()


@register.filter
def wie(key):
    """Return the name of who does a task, in the language of the reader."""
    label = dict(WIE).get(key, "")
    return _(label) if label else ""


@register.filter
def stapnaam(traject):
    """Return what one page of this trajectory is called: Stap, Taak or Module."""
    names = {"opstart": _("Stap"), "start": _("Taak"), "doorstart": _("Module")}
    return names.get(getattr(traject, "soort", ""), _("Stap"))


@register.filter
def paginasoort(model_name):
    """Return in one word what kind of page a search result is, or nothing."""
    names = {
        "artikelpage": _("Inspiratie"),
        "begrippenpage": _("Woordenlijst"),
        "contentpage": _("Uitleg"),
        "nieuwsbriefindexpage": _("Nieuwsbrief"),
        "stappage": _("Stap in een traject"),
        "termijnenpage": _("Termijnen"),
        "trajectpage": _("Traject"),
        "verzoekpage": _("Contact"),
        "vormingindexpage": _("Vorming"),
        "wegwijzerpage": _("Wegwijzer"),
        "vraagindexpage": _("Vragen"),
        "vraagpage": _("Vraag"),
    }
    return names.get(model_name, "")


@register.filter
def begrippen(html):
    """Return running text with the terms of the glossary explained where they stand."""
    return glossary.explained(html)


@register.filter
def koppen(body):
    """Return the headings of a stream of blocks, each with its anchor."""
    return [(block.value, anker) for block, anker in met_ankers(body) if anker]


@register.filter
def met_ankers(body):
    """Return the blocks of a stream, each with its anchor; empty for what is no heading."""
    return list(with_anchors(body or []))


@register.filter
def dag_erna(day):
    """Return the next day: a deadline "until 1 October" is past since 2 October."""
    return day + datetime.timedelta(days=1)


@register.simple_tag
def mailto(address, subject=""):
    """Return a mailto address with its subject filled in."""
    # quote_plus would show as plus signs in a mail program.
    query = urlencode({"subject": subject}).replace("+", "%20") if subject else ""
    return f"mailto:{address}?{query}" if query else f"mailto:{address}"


@register.filter
def zonder_schema(address):
    """Return a whole address without http: or https:, for a link with another scheme."""
    return address.partition(":")[2]


@register.filter
def breekbaar(address):
    """Return an e-mail address that breaks after its @ before it breaks in a word."""
    return mark_safe(conditional_escape(address).replace("@", "@<wbr>"))  # noqa: S308 - escaped


@register.filter
def telefoonnummer(text):
    """Return the digits of a telephone number as a tel: address wants them."""
    return "".join(character for character in text if character.isdigit() or character == "+")
