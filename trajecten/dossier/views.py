"""The answers of a trajectory that is asked for its dossier."""

from django.http import HttpResponse
from django.shortcuts import render

from core import pdf
from trajecten.dossier import document
from trajecten.models import RekenhulpPage
from trajecten.rekenhulp_form import RekenForm

TEMPLATE = "trajecten/dossier.typ"


def show(traject, request):
    """Show the dossier as a page."""
    return render(request, "trajecten/dossier.html", _context(traject, request))


def download(traject, request):
    """Give the dossier as a PDF; ask for patience while others are being printed."""
    context = _context(traject, request)
    try:
        content = pdf.render(TEMPLATE, context["dossier"])
    except pdf.Druk:
        response = render(request, "trajecten/dossier_druk.html", context, status=503)
        response["Retry-After"] = "30"
        return response
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="dossier-{traject.slug}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _context(traject, request):
    context = traject.get_context(request)
    uitkomst = recht = None
    if context["vinkjes"].mee and (form := _sum(traject, request)) and form.is_valid():
        uitkomst, recht = form.uitkomst, form.right
    return {
        **context,
        "uitkomst": uitkomst,
        "recht": recht,
        "dossier": document.build(traject, request, context["vinkjes"], uitkomst, recht),
    }


def _sum(traject, request) -> RekenForm | None:
    """Return the form of the calculator as the address fills it in; None without calculator."""
    page = RekenhulpPage.objects.sibling_of(traject).live().first()
    return RekenForm.from_query(page, request.GET) if page else None
