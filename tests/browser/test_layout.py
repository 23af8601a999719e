"""Layout: nothing is wider than the window, and each theme shows its own pictures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, a_page_with

OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"

# What sticks out of the window and out of every box that scrolls within itself.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (e) => e && e !== document.body && e !== document.documentElement
    && (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
  return [document.documentElement.scrollWidth - width, [...document.querySelectorAll("article *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
    .map((e) => e.outerHTML.slice(0, 120)).slice(0, 5)];
}"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_a_page_scrolls_only_downward(name: str, width: int, visit: Visit) -> None:
    """Nothing, solutions included, makes a page wider than its window."""
    page = visit(name, width=width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate(STICKING_OUT) == [0, []]


VISIBLE = """(theme) => [...document.querySelectorAll(`.only-${theme}`)]
  .filter((e) => e.checkVisibility()).length"""


def shown(page: Page) -> tuple[int, int]:
    """Return how many light and how many dark pictures and videos can be seen."""
    page.evaluate(OPEN_ALL)
    return page.evaluate(VISIBLE, "light"), page.evaluate(VISIBLE, "dark")


def test_each_theme_shows_its_pictures(name: str, visit: Visit) -> None:
    """On a light system only light pictures are seen, and on a dark one as many dark ones."""
    light, none = shown(visit(name))
    assert none == 0
    assert shown(visit(name, theme="dark")) == (0, light)


def switch_to(page: Page, theme: str) -> None:
    """Press the theme's switch until it is where one wants it."""
    for _ in range(3):
        if page.evaluate("document.body.dataset.theme") == theme:
            return
        page.locator(".theme-toggle:visible").first.click()
    raise AssertionError(f"the switch does not lead to {theme}")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_switch_overrules_the_system(system: str, visit: Visit) -> None:
    """A reader who switches the theme sees that theme's pictures, whatever the system prefers."""
    page = visit("index", theme=system)
    number = sum(shown(page))
    assert number > 0
    switch_to(page, "dark")
    assert shown(page) == (0, number)
    switch_to(page, "light")
    assert shown(page) == (number, 0)


def test_paper_is_light_and_has_no_switches(visit: Visit) -> None:
    """In print there are light pictures only, no definitions and nothing to switch."""
    page = visit(a_page_with("gd-depth", "gd-definition", "only-dark"), theme="dark")
    number = sum(shown(page))
    page.emulate_media(media="print")
    assert shown(page) == (number, 0)
    assert not page.locator("fieldset.gd-depth").is_visible()
    assert page.locator(".gd-definition:visible").count() == 0
