"""What every answer carries: policies, and no cookie for readers."""

import pytest
from django.conf import settings

from tests.factories import BestandFactory, ContentPageFactory

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/trajecten/opstarttraject/",
    "/fr/",
    "/zoeken/?q=netwerk",
    "/bestaat-niet/",
    "/robots.txt",
    "/sitemap.xml",
    "/inspiratie/feed/",
    "/stijlgids/",
]


def policy(answer):
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_answer_carries_the_strict_policy(address, client):
    found = policy(client.get(address))
    assert found["default-src"] == ["'none'"]
    assert found["script-src"] == found["style-src"] == ["'self'"]
    assert found["frame-src"] == settings.VIDEO_FRAMES
    assert found["base-uri"] == found["object-src"] == ["'none'"]
    assert "unsafe" not in str(found)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_answer_sets_no_cookie(address, client):
    answer = client.get(address, {"utm_source": "brief"})
    assert answer.cookies == {}


def test_a_browser_in_another_language_gets_the_same_page(client):
    dutch = client.get("/").content
    assert client.get("/", headers={"accept-language": "fr,en;q=0.5"}).content == dutch


def test_the_sign_in_of_editors_does_set_a_cookie(client):
    # The negative control of the test above.
    assert "csrftoken" in client.get("/admin/login/").cookies


def test_the_admin_has_a_policy_of_its_own(editor_client):
    for address in ("/admin/", "/admin/login/", "/admin/pages/"):
        found = policy(editor_client.get(address))
        assert "'unsafe-inline'" in found["script-src"]
        assert found["default-src"] == ["'self'"]
        assert found["frame-ancestors"] == ["'self'"]


def test_an_address_that_only_looks_like_the_admin_has_the_strict_policy(client):
    assert policy(client.get("/administratie/"))["script-src"] == ["'self'"]


def test_a_page_seen_by_an_editor_keeps_the_strict_policy(editor_client):
    answer = editor_client.get("/")
    assert policy(answer)["script-src"] == ["'self'"]


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/bestaat-niet/"])
def test_every_answer_is_guarded(address, client):
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_a_document_cannot_run_anything_in_the_site(client):
    document = BestandFactory()
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer["Content-Disposition"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"host": "kwaad.example"}).status_code == 400


def test_a_page_is_compressed_and_still_carries_its_policy(client):
    page = ContentPageFactory(body=[("tekst", "<p>" + "woord " * 500 + "</p>")])
    answer = client.get(page.get_url(), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert policy(answer)["default-src"] == ["'none'"]
