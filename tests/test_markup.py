"""The eye that looks at every page (tests/markup.py) sees each fault; its negative controls."""

import pytest
from django.http import HttpResponse

from tests.markup import Antwoord, faults, visible_text

GOOD = """<!DOCTYPE html>
<html lang="nl-BE"><head><meta charset="utf-8"><title>Een titel</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/tokens.css"></head>
<body><main id="inhoud"><h1>Een kop</h1><p><a href="#inhoud">Naar boven</a></p>
<h2 id="verder">Verder</h2><img src="/static/img/merk.svg" alt="">
<p><a href="https://www.example.org/">Elders lezen mag</a></p></main></body></html>
"""


def answer(html=GOOD, status=200, queries=3, csp="script-src 'self'", cookie=False):
    response = HttpResponse(html, status=status, headers={"Content-Security-Policy": csp})
    if cookie:
        response.set_cookie("sessionid", "x")
    return Antwoord("/", response, ["SELECT 1"] * queries, ["SELECT 1"] * queries)


def test_a_good_page_has_no_faults():
    assert faults(answer()) == []


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ("<h1>Een kop</h1>", "<p>Geen kop</p>", "0 keer h1"),
        ("<h2 id", "<h1>Nog een</h1><h2 id", "2 keer h1"),
        ("<h2 id", "<h4>Diep</h4><h2 id", "kop h4 na h1"),
        ('lang="nl-BE"', 'lang="en"', "lang is en"),
        ("<title>Een titel</title>", "", "geen titel"),
        ("Een titel</title>", "</title>", "geen titel"),
        (' alt=""', "", "zonder alt"),
        ("<p>", "<p style='color: red'>", "stijl in de pagina"),
        ("</head>", "<style>p { color: red }</style></head>", "stijl in de pagina"),
        ("</main>", "<script>alert(1)</script></main>", "script in de pagina"),
        ("<h1>", "<h1 onclick='alert(1)'>", "script in onclick"),
        ('href="#inhoud"', 'href="javascript:alert(1)"', "script in href"),
        ('src="/static/img/merk.svg"', 'src="https://elders.example/x.png"', "naar elders"),
        ('href="/static/css', 'href="//cdn.example/css', "naar elders"),
        ("</main>", "<form action='https://elders.example/'></form></main>", "naar elders"),
        ("</main>", "<img alt='' srcset='/a 1x, //b.example/c 2x'></main>", "naar elders"),
        ('href="#inhoud"', 'href="#weg"', "anker #weg bestaat niet"),
        ('href="#inhoud"', 'href="None"', "link zonder adres"),
        ("Naar boven", "", "link zonder tekst"),
        ('id="verder"', 'id="inhoud"', "id dubbel"),
        ("<h2 id", "<label for='nergens'>x</label><h2 id", "for=nergens"),
        ("Verder</h2>", "</h2>", "lege kop"),
        ("Een kop</h1>", "{{ page.title }}</h1>", "{{"),
        ("Verder</h2>", "None</h2>", "None"),
        ("<h1>Een kop</h1>", "<h1>Een kop</h1></section>", "HTML-fout"),
        ('href="#inhoud"', 'href="?a=1&copy=2#inhoud"', "HTML-fout"),
        ("<main id", "<main></main><main id", "main"),
        ('<meta charset="utf-8">', "", "tekenset"),
        ("width=device-width", "width=1024", "viewport"),
    ],
)
def test_a_fault_in_the_markup_is_named(good, bad, named):
    assert good in GOOD
    found = faults(answer(GOOD.replace(good, bad, 1)))
    assert any(named in fault for fault in found), found


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"status": 500}, "status 500"),
        ({"queries": 21}, "21 queries"),
        ({"csp": "default-src *"}, "Content-Security-Policy"),
        ({"cookie": True}, "koekje"),
    ],
)
def test_a_fault_in_the_answer_is_named(fault, named):
    found = faults(answer(**fault))
    assert any(named in line for line in found), found


def test_a_page_that_weighs_too_much_is_named():
    words = " ".join(str(number**5) for number in range(8000))
    found = faults(answer(GOOD.replace("Naar boven", words)))
    assert any("weegt" in line for line in found)


def test_only_what_is_shown_is_read():
    html = "<p>Ja<script>nee</script><span hidden>nee</span></p><style>nee</style><svg>nee</svg>"
    assert visible_text(html) == "Ja"
