"""What the answers to participants share: what they are about, and that nobody else keeps them."""

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from wagtail.models import Page, PageLogEntry

from core import memo
from vorming.models import Inschrijving, Logregel, Sessie, VormingInstellingen, VormingPage
from vorming.services.basis import STAAT_VAN_SESSIE
from vorming.staten import SessieStaat


def personal(response: HttpResponse) -> HttpResponse:
    """Keep an answer with personal data out of caches, search engines and other sites."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def show(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    """Answer with a page of the training offer that is of one visitor."""
    if "sessie" in context:
        # Only what is shown needs the days; somebody who enrols is sent on.
        prefetch_related_objects([context["sessie"]], "dagen")
    return personal(render(request, f"vorming/{template}.html", context, status=status))


def pdf_answer(content: bytes, filename: str) -> HttpResponse:
    """Answer with a PDF that the browser shows, and saves under a name that says what it is."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return personal(response)


def zichtbare_sessie(pk) -> Sessie:
    """Return a session that everybody may see."""
    return eigen_sessie(pk, Sessie.objects.zichtbaar().filter(vorming__live=True))


def gezien_sessie(pk) -> Sessie:
    """Return a session that a visitor may have before her, though it left the site meanwhile.

    Only for who sends what she filled in. What was never shown is not found; whether what it is
    now may still be told, `is_weg_van_de_site` says.
    """
    back = Logregel.objects.filter(
        sessie=OuterRef("pk"), actie=STAAT_VAN_SESSIE, naar=SessieStaat.CONCEPT
    )
    off = PageLogEntry.objects.filter(page=OuterRef("vorming"), action="wagtail.unpublish")
    return eigen_sessie(
        pk,
        Sessie.objects.filter(
            ~Q(staat=SessieStaat.CONCEPT) | Q(Exists(back)), Q(vorming__live=True) | Q(Exists(off))
        ),
    )


def is_weg_van_de_site(sessie: Sessie) -> bool:
    """Say whether nobody finds a session on the site: it is a draft, or its page is not live."""
    return sessie.staat == SessieStaat.CONCEPT or not sessie.vorming.live


def sessie_met_mensen(pk) -> Sessie:
    """Return a session that everybody may see, or that somebody is in."""
    inside = Inschrijving.objects.actief().filter(sessie=OuterRef("pk"))
    visible = ~Q(staat=SessieStaat.CONCEPT) & Q(vorming__live=True)
    return eigen_sessie(pk, Sessie.objects.filter(visible | Q(Exists(inside))))


def eigen_sessie(pk, sessies=None) -> Sessie:
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
    return sessie.vorming.in_taal(get_language())


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
