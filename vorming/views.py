"""What a participant sees and does: enrol, look, change, cancel, send a colleague."""

from functools import partial

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from core import after, bijvragen, clock, memo, rate
from core.origin import public_post
from core.public_forms import LONGEST
from vorming import agenda, links
from vorming.forms import CollegaForm, InschrijfForm, LinkForm, WijzigForm, zonder_collega
from vorming.models import (
    Aanvraag,
    Inschrijving,
    Sessie,
    VormingInstellingen,
    VormingPage,
)
from vorming.publiek import personal, show
from vorming.services import attesten, deelnemer, inschrijven, wachtlijst
from vorming.services.basis import NietMogelijk
from vorming.services.inschrijven import Persoon, Volzet
from vorming.slot import EvenDruk, beleefd
from vorming.staten import Staat, Toestand

# People, for each of them gets a mail. Colleagues of one town hall share an address on the network.
PER_UUR = 60
LINKS_PER_UUR = 10
# The pages where a participant fills something in, and what must still be allowed to show them.
INVULPAGINAS = {"collega": "kan_vervangen", "wijzigen": "kan_wijzigen"}
# What one link changes in an hour, and what all links of one network change: a change mails.
MET_EEN_LINK_PER_UUR = 20
MET_LINKS_PER_UUR = 120


class TeVaak(Exception):
    """So many changes came in an hour that the next has to wait. Nothing was changed."""

    def __init__(self):
        super().__init__(
            _("Er kwamen net heel veel wijzigingen. Wacht een uur, of neem contact met ons op.")
        )


def _sessie(pk) -> Sessie:
    """Return a session that everybody may see."""
    return _eigen_sessie(pk, Sessie.objects.zichtbaar().filter(vorming__live=True))


def _eigen_sessie(pk, sessies=None) -> Sessie:
    """Return a session for who is in it, also when its course is off the site by now."""
    return get_object_or_404(
        (Sessie.objects.all() if sessies is None else sessies)
        .met_stand()
        .select_related("vorming__locale")
        .prefetch_related("dagen")
        .met_workshops(),
        pk=pk,
    )


def page_of(sessie: Sessie) -> VormingPage:
    """Return the page of a course in the language of the visitor, or else the one it has."""
    if sessie.vorming.locale.language_code == get_language():
        return sessie.vorming
    found = VormingPage.objects.filter(
        translation_key=sessie.vorming.translation_key,
        locale__language_code=get_language(),
        live=True,
    ).first()
    return found or sessie.vorming


def _number(text) -> int:
    """Return a number of people; 0 for what cannot be one."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


# --- Enrolling -------------------------------------------------------------------------


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def inschrijven_view(request, sessie):
    """Show the form, show what was filled in, and enrol. What is filled in is never lost."""
    memo.begin()
    session = _sessie(sessie)
    page = page_of(session)
    context = {"sessie": session, "vorming": page}
    if request.method != "POST" and not session.kan_inschrijven:
        return show(request, "inschrijven_dicht", context)
    action = request.POST.get("actie", "")
    number = _number(request.POST.get("aantal"))
    if action == "erbij":
        number += 1
    data = request.POST
    if action.startswith("weg-"):
        data = zonder_collega(request.POST, _number(action.removeprefix("weg-")), number)
        number -= 1
    form = InschrijfForm(
        data if request.method == "POST" else None, sessie=session, page=page, aantal=number
    )
    context |= {
        "formulier": form,
        "wacht": session.toestand == Toestand.WACHTLIJST or bool(request.POST.get("wachtlijst")),
        "samen": bool(request.POST.get("samen")),
        "gelezen": inschrijven.gelezen_van(session),
    }
    if request.method != "POST":
        return _form_page(request, context)
    if not session.kan_inschrijven:
        return _closed_meanwhile(request, session, form, context)
    if action in ("wijzigen", "erbij") or action.startswith("weg-"):
        # Nothing is wrong yet: somebody is still filling in.
        form.full_clean()
        form.errors.clear()
        return _form_page(request, context)
    if not form.is_valid():
        return _form_page(request, context, status=422)
    if action != "bevestigen":
        if request.POST.get("gelezen", context["gelezen"]) != context["gelezen"]:
            context |= {"melding": str(inschrijven.Veranderd()), "veranderd": True}
        return show(request, "inschrijven_nakijken", context)
    if form.asks_again:
        return show(request, "inschrijven_nakijken", context | {"is_verzonden": True})
    return _enrol(request, session, form, context)


def _form_page(request, context, status=200):
    return show(request, "inschrijven", context | {"privacy": privacy_page()}, status)


def _closed_meanwhile(request, session, form, context):
    """Answer who filled in a form for a session that nobody can enrol in any more.

    She may be the one who took the last place, and clicked twice: then she reads that she is in.
    """
    if Aanvraag.objects.filter(formuliertoken=form.seal.key, sessie=session).exists():
        return personal(redirect("inschrijving_klaar", token=form.seal.key))
    context["gesloten"] = True
    if session.toestand == Toestand.VOLZET:
        context["volzet"] = Volzet(0, wachtlijst=False)
    else:
        context["melding"] = _("%(toestand)s. Dit vulde je in; we hebben er niets van bewaard.") % {
            "toestand": session.toestand.label
        }
    if form.is_valid():
        return show(request, "inschrijven_nakijken", context, status=409)
    # What is wrong in it does not matter any more; what she wrote is still hers.
    form.errors.clear()
    return _form_page(request, context, status=409)


def _enrol(request, session, form, context):
    if form.is_bot:
        return show(request, "inschrijven_bot", context)
    antwoorden = form.antwoorden
    try:
        # Counting an attempt is writing too: all of it at once, and apart from the enrolment.
        with beleefd(), transaction.atomic():
            refused = _too_many(request, form)
            if not refused:
                antwoorden.houd_tegen(request)
        if refused:
            context["melding"] = refused
            return show(request, "inschrijven_nakijken", context, status=429)
        try:
            made = inschrijven.enrol(
                sessie=session.pk,
                token=form.seal.key,
                gegevens=form.gegevens(
                    privacyversie=privacy_version(), taal=get_language() or "nl"
                ),
                personen=form.personen,
                wachtlijst=bool(request.POST.get("wachtlijst")),
                samen=context["samen"],
                gelezen=request.POST.get("gelezen", ""),
                antwoorden=antwoorden,
            )
        except (NietMogelijk, EvenDruk):
            # Nobody was mailed: whoever tries again may.
            with beleefd():
                rate.give_back_mail(form.brieven)
            raise
    except inschrijven.Veranderd as changed:
        fresh = _sessie(session.pk)
        context |= {
            "sessie": fresh,
            "gelezen": inschrijven.gelezen_van(fresh),
            "melding": str(changed),
            "veranderd": True,
        }
        return show(request, "inschrijven_nakijken", context, status=409)
    except Volzet as full:
        context |= {"volzet": full, "wacht": full.wachtlijst}
        return show(request, "inschrijven_nakijken", context, status=409)
    except EvenDruk as busy:
        context["melding"] = str(busy)
        return show(request, "inschrijven_nakijken", context, status=503)
    except inschrijven.TeGroot as reason:
        apart = _("Ga je nu door, dan kijken we voor ieder apart of er plaats is.")
        context |= {"melding": f"{reason} {apart}", "samen": False}
        return show(request, "inschrijven_nakijken", context, status=409)
    except NietMogelijk as reason:
        context["melding"] = str(reason)
        return show(request, "inschrijven_nakijken", context, status=409)
    klaar = reverse("inschrijving_klaar", args=[made.formuliertoken])
    return personal(redirect(antwoorden.achter(klaar)))


def _too_many(request, form):
    """Count a form; return why it has to wait, empty when it need not."""
    if not rate.allow("inschrijven", request, per_hour=PER_UUR, weight=len(form.personen)):
        return _(
            "Er kwamen net heel veel inschrijvingen van jouw netwerk. Probeer het straks opnieuw."
        )
    if Aanvraag.objects.filter(formuliertoken=form.seal.key).exists():
        # A second click mails nobody.
        return ""
    full = rate.allow_mail(form.brieven)
    return rate.too_much_mail(full) if full else ""


def privacy_page() -> Page | None:
    """Return the privacy statement, when there is one to read."""
    chosen = VormingInstellingen.objects.values("privacypagina")
    return memo.remember(
        "privacyverklaring bij inschrijven",
        lambda: Page.objects.live().filter(pk__in=chosen).first(),
    )


def privacy_version() -> str:
    """Return which version of the privacy statement somebody could read: its revision."""
    page = privacy_page()
    return f"{page.pk}.{page.live_revision_id}" if page else ""


@require_safe
def klaar(request, token):
    """Say what became of a request. Only who sent it knows this address, and only for a day."""
    memo.begin()
    aanvraag = get_object_or_404(
        Aanvraag.objects.select_related("sessie__vorming"),
        formuliertoken=token,
        geanonimiseerd_op=None,
        aangemaakt_op__gte=clock.now() - LONGEST,
    )
    # Not the rows themselves: those would tell who was in already.
    told = [(Staat(staat), aantal) for staat, aantal in aanvraag.gezegd.items()]
    only = told[0] if len(told) == 1 else None
    context = {
        "aanvraag": aanvraag,
        "gezegd": told,
        "sessie": _eigen_sessie(aanvraag.sessie_id),
        "vorming": page_of(aanvraag.sessie),
        "een": only[0] if only and only[1] == 1 else "",
        "allen": only[0] if only and only[1] > 1 else "",
        "bijvragen": bijvragen.meldingen(request.GET),
    }
    return show(request, "inschrijven_klaar", context)


# --- With a link ---------------------------------------------------------------------


def _with_link(view):
    """Give a view the enrolment of its link, or answer how to get a new one."""

    @public_post
    @require_http_methods(["GET", "HEAD", "POST"])
    def linked(request, token):
        memo.begin()
        try:
            one = links.read(token)
        except links.LinkOngeldig:
            return show(request, "link_ongeldig", {}, status=404)
        session = _eigen_sessie(one.sessie_id)
        one.sessie = session
        context = {
            "inschrijving": one,
            "sessie": session,
            "vorming": page_of(session),
            "token": token,
            "adres": reverse("mijn_inschrijving", args=[token]),
            **_may(one),
        }
        try:
            return view(request, one, context)
        except (NietMogelijk, EvenDruk, TeVaak) as reason:
            # Read again: it is no longer what the visitor was looking at.
            try:
                context["inschrijving"] = links.read(token)
            except links.LinkOngeldig:
                return show(request, "link_ongeldig", {}, status=404)
            one = context["inschrijving"]
            one.sessie = session
            context |= _may(one)
            context["melding"] = str(reason)
            status = {EvenDruk: 503, TeVaak: 429}.get(type(reason), 409)
            page = context.get("invulpagina", "")
            if page and context[INVULPAGINAS[page]]:
                # What was filled in is still there, to be sent once more.
                return show(request, page, context, status)
            return _own_page(request, context, status)

    return linked


def _may(one):
    return {
        "kan_annuleren": deelnemer.kan_annuleren(one),
        "kan_vervangen": deelnemer.kan_vervangen(one),
        "kan_wijzigen": one.is_actief and not one.sessie.is_begonnen,
    }


def _count(request, one):
    """Count a change with a link; raise TeVaak when there were too many."""
    with beleefd():
        allowed = rate.allow(
            "met-een-link", request, per_hour=MET_EEN_LINK_PER_UUR, who=str(one.uid)
        ) and rate.allow("met-links", request, per_hour=MET_LINKS_PER_UUR)
    if not allowed:
        raise TeVaak


def _own_page(request, context, status=200):
    one = context["inschrijving"]
    places = Inschrijving.objects.plaatsen_in_de_rij([one.sessie_id])
    keuzes = list(one.workshopkeuzes.select_related("workshop"))
    context |= {
        "attest": attesten.geldig_van(one),
        "rang": places.get(one.pk),
        "kan_antwoorden": one.staat == Staat.AANGEBODEN and one.aanbod_tot > clock.now(),
        "keuzes": keuzes,
        "gedaan": request.GET.get("gedaan", ""),
    }
    return show(request, "mijn_inschrijving", context, status)


def _back(context, gedaan):
    return personal(redirect(f"{context['adres']}?gedaan={gedaan}"))


@_with_link
def mijn_inschrijving(request, one, context):
    """Show an enrolment, and take the answer to an offer.

    Looking changes nothing: mail scanners open every link.
    """
    if request.method == "POST":
        if request.POST.get("actie") == "aanvaarden":
            _count(request, one)
            wachtlijst.accept(one.pk, link=one.link_versie)
            return _back(context, "aanvaard")
        if request.POST.get("actie") == "weigeren":
            _count(request, one)
            wachtlijst.decline(one.pk, link=one.link_versie)
            return _back(context, "geweigerd")
    return _own_page(request, context)


@_with_link
def annuleren(request, one, context):
    """Ask whether somebody is sure, and cancel."""
    if request.method == "POST":
        _count(request, one)
        deelnemer.cancel(one.pk, link=one.link_versie)
        return _back(context, "geannuleerd")
    if not context["kan_annuleren"]:
        return _own_page(request, context)
    return show(request, "annuleren", context)


@_with_link
def collega(request, one, context):
    """Let a colleague take over a place."""
    form = CollegaForm(request.POST if request.method == "POST" else None)
    context |= {"formulier": form, "invulpagina": "collega"}
    if request.method == "POST" and not form.is_bot:
        if not form.is_valid():
            return show(request, "collega", context, status=422)
        persoon = Persoon(**form.cleaned_data)
        _count(request, one)
        with beleefd():
            full = rate.allow_mail({persoon.e_mail: 1})
        if full:
            form.add_error("e_mail", rate.too_much_mail(full))
            return show(request, "collega", context, status=429)
        deelnemer.swap(one.pk, persoon=persoon, link=one.link_versie)
        context["opvolger"] = persoon
        # The link of this page has just stopped: the answer is shown, not redirected to.
        return show(request, "collega_klaar", context)
    if not context["kan_vervangen"]:
        return _own_page(request, context)
    return show(request, "collega", context)


@_with_link
def wijzigen(request, one, context):
    """Change answers, workshops and needs."""
    if not context["kan_wijzigen"]:
        return _own_page(request, context)
    form = WijzigForm(
        request.POST if request.method == "POST" else None,
        inschrijving=one,
        page=context["vorming"],
    )
    context |= {"formulier": form, "invulpagina": "wijzigen"}
    if request.method == "POST" and not form.is_bot:
        if not form.is_valid():
            return show(request, "wijzigen", context, status=422)
        answers = form.vragen.answers(form.cleaned_data, "")
        _count(request, one)
        deelnemer.change(
            one.pk, functie=form.cleaned_data["functie"], link=one.link_versie, **answers
        )
        return _back(context, "gewijzigd")
    return show(request, "wijzigen", context)


@require_safe
def mijn_agenda(request, token):
    """Return the days of a confirmed enrolment as a calendar file."""
    try:
        one = links.read(token)
    except links.LinkOngeldig:
        raise Http404 from None
    if one.staat != Staat.BEVESTIGD:
        raise Http404
    days = _eigen_sessie(one.sessie_id).dagen.all()
    content = agenda.own_days(one, days)
    return personal(_calendar(content, "vorming.ics"))


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def link_opnieuw(request, sessie):
    """Mail a lost link. The answer is the same for everybody: nobody can find out who comes."""
    memo.begin()
    session = _sessie(sessie)
    form = LinkForm(request.POST if request.method == "POST" else None)
    context = {"sessie": session, "vorming": page_of(session), "formulier": form}
    if request.method == "POST":
        if not form.is_valid():
            return show(request, "link_opnieuw", context, status=422)
        if form.asks_again:
            return show(request, "link_opnieuw", context)
        address = form.cleaned_data["e_mail"]
        try:
            with beleefd():
                allowed = not form.is_bot and rate.allow("link", request, per_hour=LINKS_PER_UUR)
                full = rate.allow_mail({address: 1}) if allowed else ""
        except EvenDruk as busy:
            context["melding"] = str(busy)
            return show(request, "link_opnieuw", context, status=503)
        if full:
            form.add_error("e_mail", rate.too_much_mail(full))
            return show(request, "link_opnieuw", context, status=429)
        context["verstuurd"] = True
        answer = show(request, "link_opnieuw", context)
        if allowed:
            after.answered(answer, partial(deelnemer.resend_links, session.pk, address))
        return answer
    return show(request, "link_opnieuw", context)


# --- The offer as a calendar -----------------------------------------------------------


@require_safe
def agenda_feed(request):
    """Return the coming days of all courses, to follow in a calendar."""
    coming = (
        Sessie.objects.zichtbaar()
        .komend()
        .filter(vorming__live=True)
        .select_related("vorming")
        .prefetch_related("dagen")
    )
    return _calendar(agenda.feed(coming, name=_("Vorming, Vrije tijd in de netwerkgemeente")), "")


def _calendar(content, filename):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
