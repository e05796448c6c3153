"""Enrol: fill in, look once more, and read what became of it."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import bijvragen, clock, memo, rate
from core.origin import public_post
from core.public_forms import LONGEST
from vorming.forms.inschrijven import InschrijfForm, zonder_collega
from vorming.models import Aanvraag
from vorming.publiek import (
    eigen_sessie,
    gezien_sessie,
    is_weg_van_de_site,
    page_of,
    personal,
    privacy_page,
    privacy_version,
    show,
    zichtbare_sessie,
)
from vorming.services import inschrijven
from vorming.services.basis import NietMogelijk
from vorming.services.inschrijven import Volzet
from vorming.slot import EvenDruk, beleefd
from vorming.staten import Staat, Toestand

# People, for each of them gets a mail. Colleagues of one town hall share an address on the network.
PER_UUR = 60


def _number(text) -> int:
    """Return a number of people; 0 for what cannot be one."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def inschrijven_view(request, sessie):
    """Show the form, show what was filled in, and enrol. What is filled in is never lost."""
    memo.begin()
    # What somebody filled in is not lost when the session left the site meanwhile.
    session = (gezien_sessie if request.method == "POST" else zichtbare_sessie)(sessie)
    page = page_of(session)
    is_gone = is_weg_van_de_site(session)
    context = {"sessie": session, "vorming": page, "is_weg_van_de_site": is_gone}
    if request.method != "POST" and not session.kan_inschrijven:
        return show(request, "inschrijven_dicht", context)
    action = request.POST.get("actie", "")
    number = _number(request.POST.get("aantal"))
    if action == "erbij":
        number += 1
    data = request.POST
    if action.startswith("weg-"):
        data = zonder_collega(request.POST, _number(action.removeprefix("weg-")))
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
    if is_gone or not session.kan_inschrijven:
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
    if context["is_weg_van_de_site"]:
        context["melding"] = _(
            "Inschrijven voor deze sessie kan op dit moment niet. Dit vulde je in; we hebben er "
            "niets van bewaard. Wil je graag komen? Vraag het ons: hoe je ons bereikt, staat op "
            "deze pagina."
        )
    # The page to look at once more says it at length; the form itself in a sentence.
    elif session.toestand == Toestand.VOLZET and form.is_valid():
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
        fresh = eigen_sessie(session.pk)
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
        "sessie": eigen_sessie(aanvraag.sessie_id),
        "vorming": page_of(aanvraag.sessie),
        "een": only[0] if only and only[1] == 1 else "",
        "allen": only[0] if only and only[1] > 1 else "",
        "bijvragen": bijvragen.meldingen(request.GET),
    }
    return show(request, "inschrijven_klaar", context)
