"""What a visitor does: with a keyboard, on a small screen, without script, on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import click_through, overflow
from tests.e2e.pages import PAGES

STEP = PAGES["stap"]
SMALL = {"width": 320, "height": 640}

FOCUSED = """
    () => {
        const it = document.activeElement;
        if (!it || it === document.body) return null;
        const box = it.getBoundingClientRect();
        const style = getComputedStyle(it);
        const shown = [
            [box.left + box.width / 2, box.top + box.height / 2],
            [box.left + 2, box.top + 2],
            [box.right - 2, box.bottom - 2],
        ].map(([x, y]) => document.elementFromPoint(x, y));
        window.seen = window.seen || [];
        const before = window.seen.at(-1);
        const inOrder = !before
            || Boolean(before.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING);
        window.seen.push(it);
        return {
            name: `${it.tagName} ${it.textContent.trim().slice(0, 40)} ${it.name || ""}`,
            inside: box.top >= 0 && box.left >= 0
                && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1,
            tall: box.height > innerHeight,
            onTop: shown.some(other => other && (it.contains(other) || other.contains(it))),
            marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                || style.boxShadow !== "none",
            inOrder,
        };
    }
"""
# A strict policy refuses a style element; a sheet made by script is allowed.
ADD_STYLE = """
    css => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets.push(sheet);
    }
"""
SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
"""
CLIPPED = """
    () => [...document.querySelectorAll("body *")].filter(it => {
        const style = getComputedStyle(it);
        const hides = ["hidden", "clip"].includes(style.overflowX)
            || ["hidden", "clip"].includes(style.overflowY);
        const box = it.getBoundingClientRect();
        // What is kept for screen readers is one pixel large on purpose.
        return hides && box.width > 4 && box.height > 4 && it.textContent.trim()
            && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
    }).map(it => `${it.tagName}.${it.className}`)
"""


# --- Keyboard ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "name",
    ["voorpagina", "stap", "uitslag", "routevraag", "uitkomst", "termijnen", "zoeken", "stijlgids"],
)
def test_every_stop_of_the_keyboard_is_seen_and_in_order(name, width, page):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(PAGES[name])
    stops = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) >= 12
    wrong = [
        stop
        for stop in stops
        if not (stop["inside"] or stop["tall"])
        or not stop["onTop"]
        or not stop["marked"]
        or not stop["inOrder"]
    ]
    assert wrong == []


def test_the_first_stop_skips_to_the_content(page):
    page.goto(STEP)
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    expect(link).to_have_text("Ga naar de inhoud")
    expect(link).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#inhoud$"))
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_the_menu_of_a_small_screen_opens_with_the_keyboard(page):
    page.set_viewport_size(SMALL)
    page.goto(STEP)
    summary = page.locator("header summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("header details a").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("header details a").first).to_be_focused()


# --- Small screens ------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_at_320_pixels_even_with_wide_spacing(name, page):
    page.set_viewport_size(SMALL)
    page.goto(PAGES[name])
    assert overflow(page) == 0
    page.evaluate(ADD_STYLE, SPACING)
    assert overflow(page) == 0
    assert page.evaluate(CLIPPED) == []


def test_something_that_sticks_out_would_be_seen(page):
    # The negative control of the test above.
    page.set_viewport_size(SMALL)
    page.goto("/contact/")
    page.evaluate(ADD_STYLE, "h1 { width: 900px }")
    assert overflow(page) > 0
    page.evaluate(ADD_STYLE, "main { height: 20px; overflow: hidden }")
    assert page.evaluate(CLIPPED) != []


@pytest.mark.parametrize("name", ["voorpagina", "stap", "zoeken"])
def test_text_of_200_percent_fits(name, page):
    page.set_viewport_size({"width": 640, "height": 800})
    page.goto(PAGES[name])
    page.evaluate(ADD_STYLE, "html { font-size: 200% }")
    assert overflow(page) == 0


@pytest.mark.parametrize("name", ["voorpagina", "stap", "contact", "routevraag", "termijnen"])
def test_every_control_can_be_hit_with_a_thumb(name, page):
    page.set_viewport_size(SMALL)
    page.goto(PAGES[name])
    # A word that is explained stands in a sentence (WCAG 2.5.8, inline).
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            "button:not(.begrip), summary, input:not([type=hidden]), select, header a, "
            + "footer li a, .knop"
        )].filter(it => {
            const box = it.getBoundingClientRect();
            return box.height && !it.classList.contains("sla-over") && box.height < 43.5
                && !["checkbox", "radio"].includes(it.type);
        }).map(it => `${it.textContent.trim()}: ${it.getBoundingClientRect().height}`)"""
    )
    assert small == []


# --- Other ways to look -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["voorpagina", "stap", "doorstart", "routevraag", "zoeken"])
def test_controls_keep_their_shape_in_forced_colours(name, page):
    page.emulate_media(forced_colors="active")
    page.goto(PAGES[name])
    shapeless = page.evaluate(
        """() => [...document.querySelectorAll(
            "button:not(.begrip), .knop, input[type=search]"
        )]
            .filter(it => it.getBoundingClientRect().height)
            .filter(it => {
                const style = getComputedStyle(it);
                return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1
                    || style.borderTopColor === style.backgroundColor;
            }).map(it => it.outerHTML.slice(0, 80))"""
    )
    assert shapeless == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["marked"]


def test_a_visitor_who_wants_no_motion_gets_none(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(it => {
            const style = getComputedStyle(it);
            return parseFloat(style.transitionDuration) > 0.01 || style.animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_a_step_can_be_printed(page):
    page.goto(STEP)
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("section.acties").first).to_be_visible()
    for away in ("header nav", ".vorige-volgende", ".kop-zoek", "a.sla-over"):
        for element in page.locator(away).all():
            expect(element).to_be_hidden()
    ink, paper = page.evaluate(
        """() => [getComputedStyle(document.body).color,
                  getComputedStyle(document.body).backgroundColor]"""
    )
    assert ink == "rgb(0, 0, 0)"
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_a_step_prints_black_on_white_in_the_dark_too(page):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(STEP)
    assert page.evaluate("() => getComputedStyle(document.querySelector('main')).color") == (
        "rgb(0, 0, 0)"
    )


# --- Without script ---------------------------------------------------------------------------


@pytest.fixture
def bare(browser, browser_context_args):
    """A page in a browser that runs no script, on a small screen."""
    options = {**browser_context_args, "java_script_enabled": False, "viewport": SMALL}
    context = browser.new_context(**options)
    yield context.new_page()
    context.close()


def test_without_script_the_menu_works(bare):
    bare.goto("/")
    link = bare.locator("header details a", has_text="Contact")
    expect(link).to_be_hidden()
    bare.locator("header summary").click()
    link.click()
    expect(bare).to_have_url(re.compile("/contact/$"))
    expect(bare.locator("h1")).to_be_visible()


def test_without_script_search_works(bare):
    bare.goto("/")
    bare.locator("a.kop-zoek").click()
    bare.get_by_label("Waar zoek je naar?").fill("netwerkregisseur")
    bare.get_by_role("button", name="Zoek").click()
    expect(bare.get_by_role("heading", level=2).first).to_contain_text("gevonden")
    click_through(bare.locator("main ol h3 a").first)
    expect(bare.locator("h1")).to_be_visible()


def test_without_script_the_self_test_gives_an_outcome(bare):
    bare.goto("/trajecten/doorstarttraject/")
    boxes = bare.locator("form.zelftest input[type=checkbox]")
    assert boxes.count() >= 4
    chosen = [boxes.nth(1), boxes.nth(3)]
    for box in chosen:
        box.check()
    click_through(bare.locator("form.zelftest button[type=submit]"))
    outcome = bare.locator("#uitslag")
    expect(outcome).to_be_in_viewport()
    assert outcome.locator("a[href*='/doorstarttraject/']").count() >= 2
    # The answer is the address: whoever shares it shares the outcome.
    assert re.search(r"k=\d+&k=\d+", bare.url)
    assert bare.locator("form.zelftest input:checked").count() == 2


def test_without_script_the_self_test_without_answers_says_what_to_do(bare):
    bare.goto("/trajecten/doorstarttraject/")
    bare.locator("form.zelftest button[type=submit]").click()
    expect(bare.locator("#uitslag")).to_be_visible()


def test_without_script_the_steps_are_walked_from_first_to_last(bare):
    bare.goto("/trajecten/opstarttraject/")
    click_through(bare.locator("main ol.lijn a").first)
    titles = []
    while True:
        titles.append(bare.locator("h1").inner_text())
        following = bare.locator(".vorige-volgende a[rel=next]")
        if not following.count():
            break
        click_through(following)
    assert len(titles) == len(set(titles)) == 7
    bare.locator(".vorige-volgende a[rel=prev]").click()
    expect(bare.locator("h1")).to_have_text(titles[-2])


def test_without_script_all_steps_unfold(bare):
    bare.goto(STEP)
    steps = bare.locator("details.alle-stappen")
    expect(steps.locator("a").first).to_be_hidden()
    steps.locator("summary").click()
    expect(steps.locator("a").first).to_be_visible()
    assert steps.locator('[aria-current="page"], [aria-current="step"]').count() == 1


def test_without_script_a_video_is_a_link(bare):
    bare.goto("/stijlgids/")
    place = bare.locator("[data-speler]").first
    expect(place.get_by_role("link")).to_be_visible()
    expect(place.locator("button")).to_be_hidden()


# --- Nothing from elsewhere -----------------------------------------------------------------------


def test_no_page_asks_anything_of_another_site_or_complains(page, server):
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status > 399 else 0)
    for name, address in PAGES.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if name == "niet gevonden":
            # The address itself, and what the browser says about it.
            complaints = [c for c in complaints if "404" not in c and address not in c]
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith((server, "data:"))] == []
    assert complaints == []
    assert page.context.cookies() == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


def test_a_forbidden_script_would_complain(page):
    # The negative control of the test above.
    complaints = []
    page.on("console", lambda m: complaints.append(m.text))
    page.goto("/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "1 + 1";
            document.head.append(script);
        }"""
    )
    assert any("Content Security Policy" in text for text in complaints)


def test_a_video_is_fetched_only_after_a_click(page, server):
    asked = []

    def elsewhere(route):
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<p>De speler</p>")

    page.route(lambda url: not url.startswith(server), elsewhere)
    page.goto("/stijlgids/")
    place = page.locator("[data-speler]").first
    play = place.get_by_role("button")
    expect(play).to_be_visible()
    place.scroll_into_view_if_needed()
    assert asked == []
    play.click()
    expect(page.locator("iframe").first).to_be_focused()
    expect(page.frame_locator("iframe").first.locator("p")).to_have_text("De speler")
    assert len(asked) == 1
    assert asked[0].startswith("https://player.vimeo.com/video/")
    assert "dnt=1" in asked[0]


def test_the_language_switch_brings_you_to_the_same_page(page):
    page.goto("/trajecten/opstarttraject/")
    page.locator("nav.talen a", has_text="Français").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr-BE")
    page.locator("nav.talen a", has_text="Nederlands").first.click()
    expect(page).to_have_url(re.compile(r"\d/trajecten/opstarttraject/$"))
