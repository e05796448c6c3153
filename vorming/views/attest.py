"""Certificates for who has one, and for who wants to know whether one is real."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core import memo, pdf, rate
from core.origin import public_post
from core.public_forms import PublicForm
from vorming import drukwerk, links
from vorming.models import Attest, lees_nummer
from vorming.publiek import pdf_answer, personal, show
from vorming.services import attesten

# A service may check those of a whole team in an hour; who tries numbers gets nowhere.
PER_UUR = 60


class NaamForm(PublicForm):
    """The name on a certificate that somebody has before her."""

    purpose = "attest"

    naam = forms.CharField(
        label=_("De naam op het attest"),
        max_length=170,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Vul de naam in zoals ze op het attest staat.")},
    )


@require_safe
def mijn_attest(request, token):
    """Show the certificate of a participant who has its link. Looking changes nothing."""
    memo.begin()
    try:
        one = links.read(token)
    except links.LinkOngeldig:
        return show(request, "link_ongeldig", {}, status=404)
    attest = attesten.geldig_van(one)
    if attest is None:
        raise Http404
    try:
        content = drukwerk.attest_pdf(attest)
    except pdf.Druk:
        answer = show(request, "attest_druk", {}, status=503)
        answer["Retry-After"] = "30"
        return answer
    return pdf_answer(content, f"attest-{attest.nummer}.pdf")


@require_safe
def attest_zoeken(request):
    """Ask for the number of a certificate, and go to what it is worth."""
    memo.begin()
    typed = request.GET.get("nummer", "")
    number = lees_nummer(typed)
    if number:
        return personal(redirect("attest_nakijken", nummer=number))
    context = {"nummer": typed[:40], "fout": bool(typed)}
    return show(request, "attest_zoeken", context, status=422 if typed else 200)


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def attest_nakijken(request, nummer):
    """Say what a certificate is worth: course, days, hours, and never whose it is.

    A name is only compared with what somebody types: whoever finds a number learns no name, and
    whoever holds a changed certificate is found out, which initials would not do.
    """
    memo.begin()
    if not rate.allow("attest", request, per_hour=PER_UUR):
        return show(request, "attest_te_vaak", {}, status=429)
    number = lees_nummer(nummer)
    attest = Attest.objects.filter(nummer=number).select_related("opvolger").first()
    if attest is None:
        context = {"nummer": nummer[:40], "onbekend": True, "fout": True}
        return show(request, "attest_zoeken", context, status=404)
    if number != nummer:
        return personal(redirect("attest_nakijken", nummer=number))
    form = NaamForm(request.POST if request.method == "POST" else None)
    context = {
        "attest": attest,
        "dagen": drukwerk.dagen_van(attest),
        "formulier": form,
        "adres": reverse("attest_nakijken", args=[number]),
    }
    if request.method == "POST":
        if not form.is_valid():
            return show(request, "attest", context, status=422)
        context["naam_klopt"] = attesten.zelfde_naam(attest, form.cleaned_data["naam"])
        context["vergeleken"] = True
    return show(request, "attest", context)
