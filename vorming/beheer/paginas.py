"""A course with sessions is not deleted: its sessions, people and figures hang at it.

Neither is one that another course asks first: that other would no longer ask anybody's approval.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages

from vorming.models import Sessie, VormingPage

GENOEMD = 3


def weiger_wissen(request: HttpRequest, page) -> HttpResponse | None:
    """Refuse to delete a page with sessions at or below it, before the question is asked."""
    return _weiger(request, [page])


def weiger_wissen_samen(request, action_type, pages, view) -> HttpResponse | None:
    """Refuse to delete several pages when one of them has sessions."""
    from wagtail.models import Page

    if action_type != "delete" or not pages or not isinstance(pages[0], Page):
        return None
    return _weiger(request, pages)


def _weiger(request, pages):
    found = Sessie.objects.none()
    for page in pages:
        found |= Sessie.objects.filter(vorming__path__startswith=page.path)
    titles = list(found.order_by("vorming__title").values_list("vorming__title", flat=True))
    if not titles:
        return _weiger_vooraf(request, pages)
    shown = _genoemd(titles)
    number = "1 sessie" if len(titles) == 1 else f"{len(titles)} sessies"
    messages.error(
        request,
        f"Er is niets verwijderd. Bij {shown} hoort {number}, met alles wat mensen inschreven. "
        "Haal de pagina van de site in plaats daarvan: kies “Publicatie intrekken”.",
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def _weiger_vooraf(request, pages):
    """Refuse for a page that stays and asks one of these first."""
    asks, goes = VormingPage.objects.none(), VormingPage.objects.none()
    for page in pages:
        asks |= VormingPage.objects.filter(vooraf__path__startswith=page.path)
        goes |= VormingPage.objects.filter(path__startswith=page.path)
    stays = asks.exclude(pk__in=goes.order_by().values("pk")).order_by("title")
    titles = list(stays.values_list("title", flat=True))
    if not titles:
        return None
    messages.error(
        request,
        f"Er is niets verwijderd. {_genoemd(titles)} vraagt om eerst een vorming te volgen die je "
        "wilde verwijderen. Kies daar bij “Eerst deze vorming” een andere of geen: zonder die "
        "vorming keurt de redactie niemand meer goed.",
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def _genoemd(titles):
    """Return the first of these titles, each once."""
    return ", ".join(f"“{title}”" for title in list(dict.fromkeys(titles))[:GENOEMD])
