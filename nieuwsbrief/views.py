"""What a subscriber sees and does: subscribe, confirm, change her choice, leave.

A GET changes nothing: programs that scan mail open every link.
"""

from functools import partial

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core import after, memo, rate
from core.origin import public_post
from core.public_forms import SEAL
from core.signed_links import LinkOngeldig
from nieuwsbrief import links
from nieuwsbrief.forms import AanmeldForm, LinkForm, VoorkeurForm
from nieuwsbrief.models import Lijst
from nieuwsbrief.services import aanmelden, klikken, privacy, uitschrijven, voorkeuren
from nieuwsbrief.staten import Bron, Staat

LINKS_PER_UUR = 10


def _personal(response: HttpResponse) -> HttpResponse:
    """Keep an answer with personal data out of caches, search engines and other sites."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _show(request, template, context=None, status=200):
    page = render(request, f"nieuwsbrief/{template}.html", context or {}, status=status)
    return _personal(page)


def _language() -> str:
    return get_language() or "nl"


# --- Subscribing -------------------------------------------------------------------------


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def aanmelden_view(request):
    """Show the form, and take in what somebody asks for. The outcome is the same for everybody."""
    memo.begin()
    lijsten = list(Lijst.objects.te_kiezen())
    if request.method != "POST":
        return _form(request, AanmeldForm(lijsten=lijsten))
    if SEAL not in request.POST:
        # From a page that everybody shares: there stands only the address.
        return _form(request, AanmeldForm.reopened(request.POST, lijsten=lijsten))
    form = AanmeldForm(request.POST, lijsten=lijsten)
    if not form.is_valid():
        return _form(request, form, status=422)
    if form.voorstel or form.asks_again:
        return _form(request, form)
    if not form.is_bot:
        if not rate.allow("nieuwsbrief", request, per_hour=aanmelden.PER_UUR):
            form.add_error(None, _too_many())
            return _form(request, form, status=429)
        adres = form.cleaned_data["e_mail"]
        if vol := rate.allow_mail({adres: 1}):
            form.add_error("e_mail", rate.too_much_mail(vol))
            return _form(request, form, status=429)
        aanmelden.aanmelden(adres=adres, lijsten=form.gekozen, taal=_language())
    return _personal(redirect("nieuwsbrief_klaar"))


def _form(request, form, status=200):
    return _show(request, "aanmelden", {"formulier": form}, status)


def _too_many():
    return _(
        "Vanaf jouw netwerk kregen we het voorbije uur al veel aanmeldingen. Wat je invulde, staat "
        "hieronder nog. Wacht een uur en probeer opnieuw, of neem contact met ons op."
    )


@require_safe
def klaar(request):
    """Say what happens next, to everybody the same."""
    memo.begin()
    return _show(request, "aangemeld")


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def bevestigen_view(request, token):
    """Show what waits for a yes; the button says it."""
    memo.begin()
    try:
        abonnee = links.lees(links.BEVESTIGEN, token)
    except LinkOngeldig:
        return _show(request, "link_ongeldig", status=404)
    if request.method == "POST":
        aanmelden.bevestigen(uid=abonnee.uid)
        return _personal(redirect("nieuwsbrief_bevestigen", token=token))
    wacht = aanmelden.wachtend(abonnee)
    context = {
        "abonnee": abonnee,
        "wacht": wacht,
        "heeft": [] if wacht else _heeft(abonnee),
        "token": token,
        "voorkeuren": reverse("nieuwsbrief_voorkeuren", args=[links.voorkeuren_token(abonnee)]),
    }
    return _show(request, "bevestigen", context)


def _heeft(abonnee):
    return list(
        Lijst.objects.filter(abonnementen__abonnee=abonnee, abonnementen__staat=Staat.ACTIEF)
    )


# --- With the link to one's own choices ---------------------------------------------------


def _with_link(view):
    """Give a view the subscriber of its link, or answer how to get a new one."""

    @public_post
    @require_http_methods(["GET", "HEAD", "POST"])
    def linked(request, token):
        memo.begin()
        try:
            abonnee = links.lees(links.VOORKEUREN, token)
        except LinkOngeldig:
            return _show(request, "link_ongeldig", status=404)
        return view(request, abonnee, token)

    return linked


def _back(token, gedaan):
    address = reverse("nieuwsbrief_voorkeuren", args=[token])
    return _personal(redirect(f"{address}?gedaan={gedaan}"))


@_with_link
def voorkeuren_view(request, abonnee, token):
    """Show what somebody gets, and change it."""
    lijsten = voorkeuren.te_kiezen(abonnee)
    if request.method == "POST":
        form = VoorkeurForm(request.POST, lijsten=lijsten)
        if form.is_valid():
            voorkeuren.kies(uid=abonnee.uid, **form.cleaned_data)
            return _back(token, "bewaard")
        return _voorkeuren(request, abonnee, token, form, status=422)
    heeft = [lijst.pk for lijst in _heeft(abonnee)]
    form = VoorkeurForm(
        lijsten=lijsten,
        initial={"lijsten": heeft, "naam": abonnee.naam, "taal": abonnee.taal},
    )
    return _voorkeuren(request, abonnee, token, form, heeft=heeft)


def _voorkeuren(request, abonnee, token, form, status=200, heeft=()):
    context = {
        "abonnee": abonnee,
        "token": token,
        "formulier": form,
        "heeft": heeft,
        "gedaan": request.GET.get("gedaan", ""),
    }
    return _show(request, "voorkeuren", context, status)


@_with_link
def gegevens_view(request, abonnee, token):
    """Mail somebody what we keep about her."""
    if request.method == "POST":
        # Who pressed so often has it in her mailbox already.
        if rate.allow("nieuwsbrief-gegevens", request, per_hour=3, who=str(abonnee.uid)):
            voorkeuren.stuur_gegevens(uid=abonnee.uid)
        return _back(token, "gegevens")
    return _personal(redirect("nieuwsbrief_voorkeuren", token=token))


@_with_link
def wissen_view(request, abonnee, token):
    """Ask whether somebody is sure, and forget her."""
    if request.method == "POST":
        privacy.erase(abonnee.adres)
        # The link of this page has just stopped: the answer is shown, not redirected to.
        return _show(request, "gewist")
    return _show(request, "wissen", {"abonnee": abonnee, "token": token})


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def link_view(request):
    """Mail a lost link. The answer is the same for everybody: nobody can find out who reads us."""
    memo.begin()
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, "link", {"formulier": form})
    if not form.is_valid():
        return _show(request, "link", {"formulier": form}, status=422)
    if form.asks_again:
        return _show(request, "link", {"formulier": form})
    if not form.is_bot and rate.allow("nieuwsbrief-link", request, per_hour=LINKS_PER_UUR):
        adres = form.cleaned_data["e_mail"]
        if vol := rate.allow_mail({adres: 1}):
            form.add_error("e_mail", rate.too_much_mail(vol))
            return _show(request, "link", {"formulier": form}, status=429)
        answer = _show(request, "link", {"formulier": form, "verstuurd": True})
        after.answered(answer, partial(voorkeuren.vraag_link, adres=adres))
        return answer
    return _show(request, "link", {"formulier": form, "verstuurd": True})


# --- Leaving -------------------------------------------------------------------------------


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def uitschrijven_view(request, token):
    """Show a button; a POST leaves the list, whoever sends it (RFC 8058).

    Mail providers send it for their users: without cookie, from anywhere, more than once. The
    address alone says who and what. A mail may be opened years later: this link never stops.
    """
    try:
        wie, lijst = links.lees_vertrek(token)
    except LinkOngeldig:
        memo.begin()
        return _show(request, "link_ongeldig", status=404)
    brief = links.brief_in(request.GET.get(links.BRIEF, ""))
    if request.method == "POST":
        uitschrijven.vertrek(**wie, lijst=lijst, bron=Bron.MAIL, verzending_nr=brief)
        if _is_one_click(request):
            return _personal(HttpResponse("OK\n", content_type="text/plain; charset=utf-8"))
    memo.begin()
    lijst = Lijst.objects.filter(pk=lijst).first()
    # Neither the address nor a way to all choices: this link outlives every other one.
    context = {
        "lijst": lijst,
        "token": token,
        "brief": brief,
        "loopt": uitschrijven.loopt(lijst, **wie),
    }
    return _show(request, "uitschrijven", context)


def _is_one_click(request):
    try:
        return "List-Unsubscribe" in request.POST
    except MultiPartParserError:
        # She left already; a form of which the end is missing changes nothing about that.
        return True


# --- Links of an issue ---------------------------------------------------------------------


@require_safe
def klik_view(request, verzending, nummer):
    """Count that a link of an issue was opened, and lead on: only to a link that stood in it."""
    if max(verzending, nummer) > links.MAX_NUMMER:
        raise Http404
    adres = klikken.tel(verzending, nummer, tellen=request.method == "GET")
    if adres is None:
        raise Http404
    return _personal(HttpResponseRedirect(adres))
