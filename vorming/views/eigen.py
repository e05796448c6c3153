"""What somebody does with the link of her enrolment: look, change, cancel, send a colleague."""

from functools import partial

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import after, clock, memo, rate
from core.origin import public_post
from vorming import links
from vorming.forms.eigen import CollegaForm, LinkForm, WijzigForm
from vorming.models import Inschrijving
from vorming.publiek import eigen_sessie, page_of, personal, sessie_met_mensen, show
from vorming.services import attesten, deelnemer, wachtlijst
from vorming.services.basis import NietMogelijk
from vorming.services.inschrijven import Persoon
from vorming.slot import EvenDruk, beleefd
from vorming.staten import Staat

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


def _with_link(view):
    """Give a view the enrolment of its link, or answer how to get a new one."""

    @public_post
    @require_http_methods(["GET", "HEAD", "POST"])
    def linked(request, token):
        memo.begin()
        try:
            one = links.read(token)
        except links.LinkOngeldig:
            return _dead_link(request, token, view)
        session = eigen_sessie(one.sessie_id)
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
                return _dead_link(request, token, view)
            one = context["inschrijving"]
            one.sessie = context["sessie"] = eigen_sessie(one.sessie_id)
            context |= _may(one)
            context["melding"] = str(reason)
            status = {EvenDruk: 503, TeVaak: 429}.get(type(reason), 409)
            page = context.get("invulpagina", "")
            if page and context[INVULPAGINAS[page]]:
                if page == "wijzigen":
                    # With the workshops as they are now: the sentence above it says what filled up.
                    context["formulier"] = _wijzig_form(request, context, is_verteld=True)
                # What was filled in is still there, to be sent once more.
                return show(request, page, context, status)
            return _own_page(request, context, status)

    return linked


def _dead_link(request, token, view):
    """Answer who comes with a link that stopped.

    It may be her second click: the first one gave her place to a colleague, and stopped her link.
    """
    form = CollegaForm(request.POST) if request.method == "POST" and view is _collega else None
    if form is not None and not form.is_bot and form.is_valid():
        persoon = Persoon(**form.cleaned_data)
        try:
            one = links.read_given(token, deelnemer.merk_van(form.seal.key, persoon))
        except links.LinkOngeldig:
            pass
        else:
            session = eigen_sessie(one.sessie_id)
            return _given(request, {"sessie": session, "vorming": page_of(session)}, persoon)
    return show(request, "link_ongeldig", {}, status=404)


def _given(request, context, persoon):
    # The link of this page has just stopped: the answer is shown, not redirected to.
    return show(request, "collega_klaar", context | {"opvolger": persoon})


def _may(one):
    return {
        "kan_annuleren": deelnemer.kan_annuleren(one),
        "kan_vervangen": deelnemer.kan_vervangen(one),
        "moet_collega_vragen": deelnemer.moet_collega_vragen(one),
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
    keuzes = list(one.workshopkeuzes.select_related("workshop").order_by("workshop"))
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


def _collega(request, one, context):
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
        deelnemer.swap(
            one.pk,
            persoon=persoon,
            merk=deelnemer.merk_van(form.seal.key, persoon),
            link=one.link_versie,
        )
        return _given(request, context, persoon)
    if not context["kan_vervangen"]:
        return _own_page(request, context)
    return show(request, "collega", context)


collega = _with_link(_collega)


@_with_link
def wijzigen(request, one, context):
    """Change answers, workshops and needs."""
    if not context["kan_wijzigen"]:
        return _own_page(request, context)
    form = _wijzig_form(request, context)
    context |= {"formulier": form, "invulpagina": "wijzigen"}
    if request.method == "POST" and not form.is_bot:
        if not form.is_valid():
            return show(request, "wijzigen", context, status=422)
        answers = form.vragen.answers(form.cleaned_data, "")
        _count(request, one)
        deelnemer.change(
            one.pk,
            functie=form.cleaned_data["functie"],
            volzet=form.gelezen_volzet,
            link=one.link_versie,
            **answers,
        )
        return _back(context, "gewijzigd")
    return show(request, "wijzigen", context)


def _wijzig_form(request, context, *, is_verteld=False):
    return WijzigForm(
        request.POST if request.method == "POST" else None,
        inschrijving=context["inschrijving"],
        page=context["vorming"],
        is_verteld=is_verteld,
    )


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def link_opnieuw(request, sessie):
    """Mail a lost link. The answer is the same for everybody: nobody can find out who comes."""
    memo.begin()
    # Who has a place, has it also when the page of the course is off the site.
    session = sessie_met_mensen(sessie)
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
