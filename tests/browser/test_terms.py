"""Terms: the definition appears on hover, focus and touch, goes when asked, and fits the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit, a_page_with

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
    page = visit(a_page_with('class="gd-term"', "gd-depth"), width=390, has_touch=True)
    before = page.url
    term = page.locator(f"article p > {TERM}").first
    term.locator("a").tap()
    assert tip(term).is_visible()
    assert page.url == before
    with page.expect_navigation():
        term.locator("a").tap()
    assert "#term-" in page.url


# Focuses each term in turn, and returns those whose definition is not whole in the window.
OUTSIDE = """async () => {
  const outside = [];
  for (const term of document.querySelectorAll("article .gd-term")) {
    if (!term.checkVisibility()) continue;
    const link = term.querySelector("a"), tip = term.querySelector(".gd-definition");
    link.scrollIntoView({ block: "center", behavior: "instant" });
    link.focus({ preventScroll: true });
    await new Promise(requestAnimationFrame);
    const box = tip.getBoundingClientRect();
    const inside = box.left >= 0 && box.right <= document.documentElement.clientWidth
      && box.top >= 0 && box.bottom <= window.innerHeight;
    if (getComputedStyle(tip).visibility !== "visible" || box.width < 40 || !inside) {
      outside.push([link.textContent, box.left, box.top, box.right, box.bottom]);
    }
  }
  return outside;
}"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_every_definition_fits_into_the_window(name: str, width: int, visit: Visit) -> None:
    """However near to an edge a term stands, its definition can be read whole."""
    page = visit(name, width=width)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate(OUTSIDE) == []
