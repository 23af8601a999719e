"""What a reader does with a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE

PAGE = "downhill/learning-rate.html"
CODE = "div.cell_input"
MATHEMATICS = "details.gd-mathematics"


def visible(page: Page, selector: str) -> int:
    """Return how many elements of a kind can be seen."""
    return page.locator(selector).filter(visible=True).count()


def choose(page: Page, depth: str) -> None:
    """Choose a reading depth, by its label."""
    page.get_by_role("radio", name=depth, exact=True).check(force=True)


def test_depth_hides_what_it_says_and_is_remembered(page: Page) -> None:
    """Less depth folds the mathematics and hides the code, also after a reload."""
    page.goto(PAGE)
    expect(page.get_by_role("radio", name="+ code", exact=True)).to_be_checked()
    assert visible(page, CODE) > 0
    for depth, open_parts in (("Intuition", False), ("+ mathematics", True)):
        choose(page, depth)
        for _ in range(2):
            assert visible(page, CODE) == 0
            states = page.locator(MATHEMATICS).evaluate_all("parts => parts.map(p => p.open)")
            assert states
            assert set(states) == {open_parts}
            page.reload()
            expect(page.get_by_role("radio", name=depth, exact=True)).to_be_checked()
    choose(page, "+ code")
    assert visible(page, CODE) > 0


def test_depth_is_kept_in_this_browser_alone(page: Page) -> None:
    """The choice is in local storage, and neither in a cookie nor in a request."""
    asked = []
    page.goto(PAGE)
    page.on("request", lambda request: asked.append(request.url))
    choose(page, "Intuition")
    assert page.evaluate("localStorage.getItem('gdbook-depth')") == "intuition"
    assert page.context.cookies() == []
    assert asked == []


def test_pages_can_be_read_without_javascript(browser: Browser, site: str) -> None:
    """Without JavaScript nothing is hidden, the depth switch is not shown, videos have controls."""
    context = browser.new_context(java_script_enabled=False, base_url=f"{site}/")
    page = context.new_page()
    page.goto(PAGE)
    assert visible(page, "fieldset.gd-depth") == 0
    assert visible(page, CODE) > 0
    assert visible(page, f"{MATHEMATICS} p") > 0
    assert visible(page, "video[controls]") > 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_decides_which_pictures_are_seen(
    browser: Browser, site: str, pages: list[str], scheme: str
) -> None:
    """Every picture is seen in the page's theme, and its twin is not."""
    other = {"light": "dark", "dark": "light"}[scheme]
    context = browser.new_context(color_scheme=scheme, base_url=f"{site}/")
    page = context.new_page()
    for name in pages:
        page.goto(name)
        pictures = "article figure .only-"
        expected = page.locator(f":not(details:not([open]) *){pictures}{scheme}").count()
        assert visible(page, f"{pictures}{scheme}") == expected, name
        assert visible(page, f"{pictures}{other}") == 0, name
    context.close()


def test_terms_explain_themselves(page: Page) -> None:
    """A definition shows on hover and on keyboard focus, and Escape hides it."""
    page.goto(PAGE)
    term = page.locator(".gd-term").first
    definition = term.locator("[role=tooltip]")
    expect(definition).to_be_hidden()
    term.hover()
    expect(definition).to_be_visible()
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()
    page.mouse.move(0, 0)
    link = term.locator("a")
    link.focus()
    expect(definition).to_be_visible()
    assert link.get_attribute("aria-describedby") == definition.get_attribute("id")
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE])
def test_definitions_stay_inside_the_window(browser: Browser, site: str, viewport) -> None:
    """However near its word is to the edge, a definition lies inside the window."""
    context = browser.new_context(viewport=viewport, base_url=f"{site}/")
    page = context.new_page()
    page.goto(PAGE)
    for term in page.locator(".gd-term:not(details:not([open]) *)").all():
        term.locator("a").focus()
        box = term.locator("[role=tooltip]").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
    context.close()


def test_a_touch_shows_a_definition_and_stays_on_the_page(browser: Browser, site: str) -> None:
    """On a touch screen the first tap on a term explains it, and does not leave the page."""
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=f"{site}/")
    page = context.new_page()
    page.goto(PAGE)
    term = page.locator(".gd-term").first
    term.locator("a").tap()
    expect(term.locator("[role=tooltip]")).to_be_visible()
    assert page.url.endswith(PAGE)
    context.close()


def test_solutions_open_by_keyboard(page: Page) -> None:
    """A solution is folded away until its reader opens it, with the keyboard if they like."""
    page.goto(PAGE)
    solution = page.locator("details.gd-solution").first
    assert not solution.evaluate("part => part.open")
    solution.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert solution.evaluate("part => part.open")


def test_videos_play_when_asked(page: Page) -> None:
    """A video rests until its button is pressed, then it moves and has controls."""
    page.goto(PAGE)
    screen = page.locator(".gd-screen.only-light").first
    video = screen.locator("video")
    assert video.evaluate("video => video.paused && !video.autoplay")
    screen.get_by_role("button", name="Play the animation").click()
    page.wait_for_function("video => video.currentTime > 0.2", arg=video.element_handle())
    assert video.evaluate("video => video.controls")


def test_a_video_pauses_when_its_theme_is_left(page: Page) -> None:
    """Switching from light to dark stops the light video."""
    page.goto(PAGE)
    screen = page.locator(".gd-screen.only-light").first
    screen.get_by_role("button", name="Play the animation").click()
    page.evaluate("document.body.dataset.theme = 'dark'")
    video = page.locator(".gd-screen.only-light video").first
    page.wait_for_function("video => video.paused", arg=video.element_handle())


def test_print_shows_no_switches(page: Page) -> None:
    """On paper there is no depth switch and no play button."""
    page.goto(PAGE)
    page.emulate_media(media="print")
    assert visible(page, "fieldset.gd-depth") == 0
    assert visible(page, ".gd-play") == 0


def test_ledger_links_to_the_receipts(page: Page, built) -> None:
    """A link of the ledger leads to the receipt of the same words."""
    page.goto("reference/ledger.html")
    link = page.locator(".gd-ledger a").first
    claim = link.inner_text()
    link.click()
    target = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert claim in target.inner_text()


def test_map_leads_to_the_pages(page: Page) -> None:
    """Each card of the landing page leads to the page whose title it bears."""
    page.goto("index.html")
    for number in range(page.locator("a.gd-card").count()):
        card = page.locator("a.gd-card").nth(number)
        title = card.locator("strong").inner_text()
        card.click()
        expect(page.locator("h1")).to_contain_text(title)
        page.goto("index.html")
