"""Addresses that calendar programs ask: one deadline, or all of them."""

import hashlib

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import memo
from core.agenda import calendar_of
from core.models import Termijn
from trajecten.models import TermijnenPage


@require_safe
def one(request, key):
    """Answer with the next day of one deadline; 404 where there is none to put in a calendar."""
    memo.begin()
    termijn = _published(request).filter(translation_key=key).first()
    if termijn is None or termijn.stand.laatste_dag is None:
        raise Http404
    response = _answer(request, [termijn], name=termijn.naam, only_next=True)
    filename = slugify(termijn.naam)[:60] or "termijn"
    response["Content-Disposition"] = f'attachment; filename="{filename}.ics"'
    return response


@require_safe
def feed(request):
    """Answer with every deadline of this language, for a program that asks again by itself."""
    memo.begin()
    return _answer(request, _published(request), name=_("Termijnen voor netwerken"))


def _published(request):
    return Termijn.objects.filter(
        live=True, locale__language_code=request.LANGUAGE_CODE
    ).select_related("locale", "regelkader", "bron")


def _answer(request, termijnen, **options) -> HttpResponseBase:
    termijnen = list(termijnen)
    overview = TermijnenPage.address_here(request)
    body = calendar_of(
        termijnen,
        address_of=lambda termijn: f"{overview}#{termijn.anker}",
        **options,
    )
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    # No Last-Modified: the file also changes when a day passes, without any change of a fact.
    response["ETag"] = etag
    # May be kept, but only used after asking whether it still holds.
    response["Cache-Control"] = "public, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response
