"""The mailbox of the example site: what would have been sent. It exists only where DEMO is on."""

from functools import wraps

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from post.models import Levering
from post.reading import Lezing, mail_response
from post.screens.paging import read_page

PAGE_SIZE = 25


def demo_only(view):
    """Let a view exist only on the example site: it shows every mail to everybody."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded


@require_safe
@demo_only
def mailbox(request):
    """Show the mails, latest first; `?adres=` only those to one address."""
    address = request.GET.get("adres", "").replace("\0", "").strip()[:254]
    rows = Levering.objects.for_list()
    if address:
        rows = rows.search(address)
    page = read_page(rows, request.GET.get("p", ""), PAGE_SIZE)
    return render(request, "post/postbus.html", {"deel": page, "adres": address})


@require_safe
@demo_only
@csp_update({"frame-src": ["'self'"]})  # pyright: ignore[reportArgumentType] - takes any view
def mail(request, pk):
    """Show one mail: as a page in a frame, as text, with its headers and attachments."""
    return render(request, "post/mail.html", {"lezing": _read(pk)})


@require_safe
@demo_only
def mail_html(request, pk):
    """Return the page of a mail, for the frame."""
    return mail_response(_read(pk).html)


@require_safe
@demo_only
def mail_source(request, pk):
    """Return the mail as it goes over the line."""
    return HttpResponse(_read(pk).bron, content_type="text/plain; charset=utf-8")


@require_safe
@demo_only
def attachment(request, pk, number):
    """Return an attachment, always as a download."""
    parts = _read(pk).bijlagen
    if not 1 <= number <= len(parts):
        raise Http404
    part = parts[number - 1]
    return HttpResponse(
        part.inhoud,
        content_type=part.soort,
        headers={
            "Content-Disposition": content_disposition_header(True, part.naam) or "attachment"
        },
    )


def _read(pk):
    delivery = get_object_or_404(Levering.objects.select_related("bericht"), pk=pk)
    reading = Lezing(delivery)
    if reading.is_geleegd:
        raise Http404
    return reading
