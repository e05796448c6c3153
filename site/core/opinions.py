"""Was this page useful? Yes or no, then one text box; without script, cookie or account."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from core import clock, memo, rate
from core.models import BasePage, Oordeel
from core.origin import public_post
from core.public_forms import HONEYPOT, PublicForm
from core.scrub import without_contact_details

MARK = signing.Signer(salt="core.oordeel")
# An office has one address: some colleagues may judge the same page.
PER_PAGE = 5
LONGEST = 2000


@dataclass(frozen=True)
class Merk:
    """What the second screen knows about the first answer. Row 0 is that of a program."""

    oordeel: int
    pagina: int
    nuttig: bool

    def write(self) -> str:
        return MARK.sign_object([self.oordeel, self.pagina, self.nuttig])

    @classmethod
    def read(cls, text: str) -> "Merk | None":
        try:
            return cls(*MARK.unsign_object(text))
        except (signing.BadSignature, TypeError, ValueError):
            return None


class OordeelForm(PublicForm):
    """The text box after yes or no."""

    purpose = "oordeel"

    merk = forms.CharField(widget=forms.HiddenInput)
    tekst = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy(
            "Schrijf geen namen, adressen of telefoonnummers: we kunnen hier niet op antwoorden."
        ),
        error_messages={
            "max_length": gettext_lazy(
                "Dit is te lang: %(show_value)d tekens. Hoogstens %(limit_value)d tekens passen."
            )
        },
    )

    def __init__(self, *args, merk: Merk, **options):
        super().__init__(*args, **options)
        self.initial["merk"] = merk.write()
        self.kop = _("Fijn dat het hielp") if merk.nuttig else _("Jammer dat het niet hielp")
        self.fields["tekst"].label = (
            _("Wat hielp je het meest?") if merk.nuttig else _("Wat zocht je, of wat ontbrak?")
        )


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def oordeel(request: HttpRequest) -> HttpResponse:
    """Take an opinion about a page, then a text, then say thanks."""
    memo.begin()
    if request.method == "POST":
        response = _take_text(request) if "merk" in request.POST else _take_answer(request)
    elif merk := Merk.read(request.GET.get("merk", "")):
        response = _show(request, merk, OordeelForm(merk=merk))
    elif request.GET.get("dank"):
        response = _show(request, Merk.read(request.GET["dank"]))
    else:
        response = redirect("/")
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _take_answer(request):
    """Store yes or no, once, and go on to the text box."""
    page = _page(request.POST.get("pagina", ""))
    if page is None or request.POST.get("nuttig") not in ("ja", "nee"):
        return redirect("/")
    helped = request.POST["nuttig"] == "ja"
    row = 0
    if not request.POST.get(HONEYPOT) and _is_allowed(request, page):
        row = Oordeel.objects.create(pagina=page.page_ptr, nuttig=helped, op=clock.today()).pk
    return _to(merk=Merk(row, page.pk, helped).write())


def _is_allowed(request, page):
    return rate.allow("oordeel", request, per_hour=settings.OORDELEN_PER_HOUR) and rate.allow(
        f"oordeel:{page.pk}", request, per_hour=PER_PAGE
    )


def _take_text(request):
    """Add the text to the answer; a second time changes nothing."""
    merk = Merk.read(request.POST["merk"])
    if merk is None:
        return redirect("/")
    form = OordeelForm(request.POST, merk=merk)
    if not form.is_valid():
        return _show(request, merk, form)
    text = without_contact_details(form.cleaned_data["tekst"]).strip()
    if text and form.asks_again:
        return _show(request, merk, form)
    if text and not form.is_bot:
        Oordeel.objects.filter(pk=merk.oordeel, tekst="").update(tekst=text)
    return _to(dank=merk.write())


def _to(**query):
    return redirect(f"{reverse('oordeel')}?{urlencode(query)}")


def _show(request, merk, form=None):
    page = Page.objects.live().public().filter(pk=merk.pagina).first() if merk else None
    return render(request, "core/oordeel.html", {"pagina": page, "formulier": form})


def _page(key: str) -> BasePage | None:
    """Return the published page that asks for an opinion, None when there is none."""
    if not key.isdecimal() or len(key) > 18:
        return None
    page = Page.objects.live().public().filter(pk=key).specific().first()
    return page if isinstance(page, BasePage) and page.vraagt_oordeel else None


def remove_old() -> None:
    """Remove what is older than OORDEEL_RETENTION_MONTHS."""
    before = clock.months_before(clock.now(), settings.OORDEEL_RETENTION_MONTHS).date()
    Oordeel.objects.filter(op__lt=before).delete()
