"""Terms: the definition appears on hover, focus and touch, goes when asked, and fits the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit, a_page_with
from tests.browser.windows import PHONE, WIDE

TERM = ".gd-term"


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return a page with terms."""
    return visit(a_page_with('class="gd-term"', "gd-depth"))


@pytest.fixture
def term(page: Page) -> Locator:
    """Return a term that can be seen at once."""
    found = page.locator(f"article p > {TERM}").first
    found.scroll_into_view_if_needed()
    return found


def tip(term: Locator) -> Locator:
    """Return a term's definition."""
    return term.locator(".gd-definition")


def test_a_definition_appears_under_the_pointer(page: Page, term: Locator) -> None:
    """Pointing at a term shows its definition, which stays while one points at it."""
    assert not tip(term).is_visible()
    term.locator("a").hover()
    assert tip(term).is_visible()
    box = tip(term).bounding_box()
    assert box is not None
    link = term.locator("a").bounding_box()
    assert link is not None
    page.mouse.move(link["x"] + link["width"] / 2, box["y"] + box["height"] - 3, steps=8)
    assert tip(term).is_visible()
    page.mouse.move(1, 1)
    assert not tip(term).is_visible()


def test_a_definition_appears_on_keyboard_focus(page: Page, term: Locator) -> None:
    """Reaching a term with the keyboard shows its definition; leaving it hides it."""
    term.locator("a").focus()
    assert tip(term).is_visible()
    page.keyboard.press("Tab")
    assert not tip(term).is_visible()


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_escape_hides_a_definition_until_one_comes_back(
    page: Page, term: Locator, way: str
) -> None:
    """Escape hides the definition without moving pointer or focus; coming back shows it again."""
    getattr(term.locator("a"), way)()
    page.keyboard.press("Escape")
    assert not tip(term).is_visible()
    page.mouse.move(1, 1)
    term.locator("a").evaluate("(link) => link.blur()")
    getattr(term.locator("a"), way)()
    assert tip(term).is_visible()


def test_the_definition_is_the_link_s_description(page: Page, term: Locator) -> None:
    """Who does not see hears the same words: the definition describes the link."""
    link = term.locator("a")
    assert link.get_attribute("aria-describedby") == tip(term).get_attribute("id")
    assert tip(term).get_attribute("role") == "tooltip"


def test_a_touch_shows_the_definition_and_a_second_follows(visit: Visit) -> None:
    """On a touch screen the first tap shows the definition, and the next leads to the glossary."""
    page = visit(a_page_with('class="gd-term"', "gd-depth"), viewport=PHONE, has_touch=True)
    before = page.url
    term = page.locator(f"article p > {TERM}").first
    term.locator("a").tap()
    assert tip(term).is_visible()
    assert page.url == before
    with page.expect_navigation():
        term.locator("a").tap()
    assert "#term-" in page.url


# Focuses each term in turn, at some height of the window, and returns those whose definition is
# not whole in the window or covers its own word.
OUTSIDE = """(block) => {
  const outside = [];
  for (const term of document.querySelectorAll("article .gd-term")) {
    if (!term.checkVisibility()) continue;
    const link = term.querySelector("a"), tip = term.querySelector(".gd-definition");
    document.activeElement.blur();
    link.scrollIntoView({ block, behavior: "instant" });
    link.focus({ preventScroll: true });
    const box = tip.getBoundingClientRect(), word = link.getBoundingClientRect();
    const inside = box.left >= 0 && box.right <= document.documentElement.clientWidth
      && box.top >= 0 && box.bottom <= window.innerHeight && box.width > 40;
    const covers = box.top < word.bottom - 1 && box.bottom > word.top + 1;
    if (!tip.checkVisibility() || !inside || covers) {
      outside.push([link.textContent, box.toJSON(), word.toJSON()]);
    }
  }
  return outside;
}"""


@pytest.mark.sample
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=str)
def test_every_definition_fits_into_the_window(sheet: Page, size: dict[str, int]) -> None:
    """However near to an edge a term stands, its definition can be read whole, and so can it."""
    sheet.set_viewport_size(size)
    for block in ("start", "end"):
        assert sheet.evaluate(OUTSIDE, block) == []
