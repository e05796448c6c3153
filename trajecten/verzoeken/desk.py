"""The way of a request through its page: form, answers to look at, confirmation."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import rate
from core.models import BasePage, SiteInstellingen
from core.routing import find_page
from trajecten.models import StapPage, VerzoekPage
from trajecten.models.verzoek import Soort
from trajecten.verzoeken import services
from trajecten.verzoeken.forms import VerzoekForm

DONE = signing.Signer(salt="trajecten.verzoek.klaar")
# What an address may fill in.
CARRIED = ["van", "antwoorden", "vraag"]
MAX_CARRIED = 2000


@dataclass(frozen=True)
class Herkomst:
    """Where a visitor came from: a page of the site, and what was answered there."""

    pagina: BasePage | None = None
    antwoorden: list[tuple[str, str]] = field(default_factory=list)


def come_from(request: HttpRequest, van: str, antwoorden: str) -> Herkomst:
    """Return what the address carried along. What is old, false or from elsewhere is left out."""
    if not van.startswith("/") or van.startswith("//"):
        return Herkomst()
    path = urlsplit(van[:MAX_CARRIED]).path.removeprefix("/")
    language = _language()
    if language != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"{language}/")
    page, _below = find_page(request, path)
    if page is None or page.get_view_restrictions():
        return Herkomst()
    return Herkomst(page, page.answers_from(QueryDict(antwoorden[:MAX_CARRIED])))


def serve(page: VerzoekPage, request: HttpRequest) -> HttpResponse:
    """Answer a visitor of the form."""
    if request.method == "POST":
        response = _answer(page, request)
    elif request.GET.get("klaar"):
        response = _confirmation(page, request)
    else:
        carried = {name: request.GET.get(name, "")[:MAX_CARRIED] for name in CARRIED}
        response = _form_page(page, request, _form(page, initial=carried))
    # It carries the seal of one visitor.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _form(page, data=None, **options):
    return VerzoekForm(data, soort=Soort(page.soort), **options)


def _answer(page, request):
    step = request.POST.get("stap")
    if step == "wijzig":
        opened = VerzoekForm.reopened(request.POST, soort=Soort(page.soort))
        return _form_page(page, request, opened)
    form = _form(page, request.POST)
    if not form.is_valid():
        return _form_page(page, request, form)
    if step == "verstuur" and not form.asks_again:
        return _store(page, request, form)
    return _form_page(page, request, form, is_check=True, is_sent=step == "verstuur")


def _store(page, request, form):
    aanvraag = _aanvraag(page, request, form)
    key = aanvraag.key(form.seal.key)
    # A program sees what a person sees, and nothing is stored.
    if not form.is_bot and not services.is_received(key):
        if not rate.allow("verzoek", request, per_hour=settings.VERZOEKEN_PER_HOUR):
            form.add_error(None, _too_many())
            return _form_page(page, request, form, status=429)
        if full := rate.allow_mail({aanvraag.e_mail: 1}):
            form.add_error("e_mail", rate.too_much_mail(full))
            return _form_page(page, request, form, status=429)
        details: Any = SiteInstellingen.for_request(request)
        services.receive(aanvraag=aanvraag, key=key, stappen=page.stappen, details=details)
    query = {"klaar": DONE.sign(services.reference_of(key))}
    if form.cleaned_data["van"]:
        query["van"] = form.cleaned_data["van"]
    return redirect(f"{page.get_url(request)}?{urlencode(query)}")


def _aanvraag(page, request, form):
    answers = form.cleaned_data
    origin = come_from(request, answers["van"], answers["antwoorden"])
    return services.Aanvraag(
        soort=Soort(page.soort),
        naam=answers["naam"],
        e_mail=answers["e_mail"],
        vraag=answers["vraag"],
        organisatie=answers["organisatie"],
        gemeente=form.found.gemeente if form.found else None,
        rol=answers["rol"],
        telefoon=answers.get("telefoon", ""),
        momenten=answers.get("momenten", ""),
        taal=_language(),
        pagina=origin.pagina.page_ptr if origin.pagina else None,
        antwoorden=tuple(origin.antwoorden),
    )


def opened(page: VerzoekPage, request: HttpRequest) -> dict[str, Any]:
    """Return what the template of an empty form needs; also of a page that is not saved yet."""
    soort = Soort(page.soort) if page.soort in Soort.values else Soort.HELPDESK
    return _context(page, request, VerzoekForm(soort=soort))


def _form_page(page, request, form, *, is_check=False, is_sent=False, status=200):
    context = {**_context(page, request, form), "is_nazicht": is_check, "is_verzonden": is_sent}
    return TemplateResponse(request, "trajecten/verzoek_page.html", context, status=status)


def _context(page, request, form):
    carried = (str(form[name].value() or "") for name in ("van", "antwoorden"))
    return {
        **page.get_context(request),
        "formulier": form,
        "herkomst": come_from(request, *carried),
        "bewaarmaanden": settings.VERZOEK_RETENTION_MONTHS,
    }


def _confirmation(page, request):
    try:
        reference = DONE.unsign(request.GET["klaar"])
    except signing.BadSignature:
        return redirect(page.get_url(request))
    origin = come_from(request, request.GET.get("van", ""), "")
    context = {**page.get_context(request), "kenmerk": reference, "herkomst": origin}
    if isinstance(origin.pagina, StapPage):
        context["traject"] = origin.pagina.traject
    return TemplateResponse(request, "trajecten/verzoek_klaar.html", context)


def _too_many():
    return _(
        "Vanaf jouw netwerk kregen we het voorbije uur al veel verzoeken. Wat je schreef, staat "
        "hieronder nog. Wacht een uur en verstuur opnieuw, of neem contact met ons op."
    )


def _language():
    return get_language() or settings.LANGUAGE_CODE
