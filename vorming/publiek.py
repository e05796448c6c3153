"""What the answers to participants share: nobody else may keep or find them."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
